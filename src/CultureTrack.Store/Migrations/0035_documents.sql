-- Files of the record: attachments as they were uploaded, documents as they were first made, prints of labels. The running server reads and adds;
-- it can change and delete nothing.
create schema documents;
grant usage on schema documents to {runtime};

create table documents.attachments (
  attachment_id text collate "C" primary key,
  content bytea not null,
  content_type text not null,
  file_name text not null,               -- as the first upload called it
  uploaded_by text not null,
  uploaded_at timestamptz not null,
  constraint attachments_id check (attachment_id = 'ATT-' || encode(sha256(content), 'hex'))
);
alter table documents.attachments alter column content set storage external;   -- photos and PDFs are compressed already

-- The first print of a version is the print of that version; "form" counts the layouts of the program.
create table documents.issued (
  batch_id text collate "C" not null,
  version bigint not null check (version > 0),
  kind text not null check (kind in ('record', 'coa')),
  form integer not null,
  content bytea not null,
  issued_at timestamptz not null,
  constraint issued_key primary key (batch_id, version, kind, form)
);
alter table documents.issued alter column content set storage external;

create table documents.label_prints (
  print_id bigint generated always as identity primary key,
  batch_id text collate "C" not null,
  container_ids text[] not null,
  copies integer not null check (copies > 0),
  format text not null,
  printed_by text not null,
  printed_at timestamptz not null,
  sha256 text not null
);
create index label_prints_batch on documents.label_prints (batch_id, print_id);

grant select, insert on documents.attachments, documents.issued, documents.label_prints to {runtime};
