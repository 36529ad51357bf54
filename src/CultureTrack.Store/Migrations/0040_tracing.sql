-- What batches had to do with: donors, lots, people, incubators, rooms. Read models, written in the transaction of the events and rebuilt from them at any time.
create table batch_contacts (
  stream text collate "C" not null,     -- whose events say so: the batch, or a clean-room session or cabinet that names it
  batch_id text collate "C" not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  part text collate "C" not null,
  entry text collate "C" not null,
  since timestamptz not null,
  until timestamptz,                    -- null while it goes on
  events uuid[] not null,
  constraint batch_contacts_key primary key (batch_id, kind, key, part, stream, entry)
);
create index batch_contacts_met on batch_contacts (kind, key, since);
create index batch_contacts_stream on batch_contacts (stream);

create table lot_uses (
  batch_id text collate "C" not null,
  lot_id text collate "C" not null,
  event_id uuid not null,
  event_type text not null,
  field text not null,
  at timestamptz not null,
  constraint lot_uses_key primary key (batch_id, event_id, field)
);
create index lot_uses_lot on lot_uses (lot_id);

-- Which build of the read models a store holds; another one means that they are rebuilt.
create table read_models (
  name text primary key,
  version int not null,
  built_at timestamptz not null default now()
);

grant select, insert, update, delete on batch_contacts, lot_uses, read_models to {runtime};
