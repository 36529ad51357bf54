-- Batches of other installations: whole passports, as they were received. They are read, never worked on; nobody here can release them.
create table proof.imported_passports (
  sha256 text collate "C" primary key,
  batch_id text collate "C" not null,
  head_version bigint not null check (head_version > 0),
  head_hash text not null,
  key_id text not null,
  signer_known boolean not null,       -- whether the key was among those trusted when it was imported
  rehearsal boolean not null,
  made_at timestamptz not null,        -- by the installation it comes from
  imported_at timestamptz not null,
  imported_by text not null,
  file bytea not null
);
create index imported_passports_batch on proof.imported_passports (batch_id);
grant select, insert on proof.imported_passports to {runtime};
