-- What verifications of the whole store came to, so that a screen can say when the last one was and what it found.
create table proof.verifications (
  number bigint generated always as identity primary key,
  finished_at timestamptz not null,
  asked_by text not null,
  streams bigint not null,
  events bigint not null,
  checkpoint bigint,                    -- the newest one then
  proven boolean not null,
  findings int not null check (findings >= 0),
  report jsonb not null
);
grant select, insert on proof.verifications to {runtime};
