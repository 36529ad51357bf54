-- One row: what this store is. A rehearsal (manual clock) stays one for ever.
create table if not exists installation (
  one boolean primary key default true check (one),
  created_at timestamptz not null default now(),
  rehearsal boolean not null,
  manual_now timestamptz
);
grant select, insert, update on installation to {runtime};
