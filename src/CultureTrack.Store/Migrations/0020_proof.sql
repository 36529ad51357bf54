-- The proof that nothing was changed: a hash chain beside the events, and signed checkpoints over all streams; see docs/passport.md.
-- The running server reads all of it and adds to it; it can change and delete nothing.
create schema proof;
grant usage on schema proof to {runtime};

create table proof.event_chain (
  stream_id text collate "C" not null,
  version bigint not null check (version > 0),
  content bytea not null check (length(content) = 32),   -- hash of this event
  previous bytea not null check (length(previous) = 32), -- hash of the link before; zeros before the first
  hash bytea not null check (length(hash) = 32),         -- sha256('culturetrack-link-1' || previous || content)
  position bigint generated always as identity,          -- order of arrival, to find what is new since a checkpoint
  constraint event_chain_key primary key (stream_id, version)
);
create index event_chain_position on proof.event_chain (position);

-- The only way to add a link: on the last one of the stream. Without a link before, previous is null and the append is refused.
create function proof.link(stream text, at_version bigint, event_content bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into proof.event_chain (stream_id, version, content, previous, hash)
  select stream, at_version, event_content, p.hash, sha256('culturetrack-link-1'::bytea || p.hash || event_content)
  from (select case when at_version = 1 then decode(repeat('00', 32), 'hex')
    else (select c.hash from proof.event_chain c where c.stream_id = stream and c.version = at_version - 1) end as hash) p
$$;
revoke all on function proof.link(text, bigint, bytea) from public;
grant execute on function proof.link(text, bigint, bytea) to {runtime};

-- Set once, when events that were stored before there was a chain have been linked. Never again: what has no link later is a finding.
create table proof.chain_start (
  one boolean primary key default true check (one),
  linked_events bigint not null,
  made_at timestamptz not null default now()
);

-- Public keys this installation ever signed with. Whom to trust is decided outside of the database.
create table proof.signing_keys (
  key_id text collate "C" primary key,
  public_key text not null,
  first_used_at timestamptz not null default now()
);

create table proof.checkpoints (
  number bigint primary key check (number > 0),
  body text not null,                 -- JSON, signed byte by byte
  hash bytea not null,                -- sha256 of the body
  signature bytea not null,           -- ECDSA P-256 with SHA-256 over the body, DER
  key_id text not null references proof.signing_keys,
  position bigint not null,           -- last link seen
  made_at timestamptz not null default now()
);

-- Heads that are new in a checkpoint; the newest one of each stream up to a checkpoint is what it covers.
create table proof.checkpoint_heads (
  number bigint not null references proof.checkpoints,
  stream_id text collate "C" not null,
  version bigint not null,
  hash bytea not null,
  constraint checkpoint_heads_key primary key (stream_id, number)
);
create index checkpoint_heads_number on proof.checkpoint_heads (number);

grant select on proof.event_chain, proof.chain_start to {runtime};
grant select, insert on proof.signing_keys, proof.checkpoints, proof.checkpoint_heads to {runtime};

-- Whether a store is a rehearsal is decided once; only the manual clock moves.
revoke update on installation from {runtime};
grant update (manual_now) on installation to {runtime};
