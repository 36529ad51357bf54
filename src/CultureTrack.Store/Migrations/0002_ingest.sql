-- What was refused, bounded: the oldest entries make room.
create table telemetry.rejects (
  id bigint generated always as identity primary key,
  received_at timestamptz not null,
  client_id text not null,
  topic text not null,
  reason text not null,
  code smallint not null,             -- MQTT 5 reason code
  payload bytea not null,             -- the first 4096 bytes
  payload_bytes integer not null      -- length of the whole payload
);
grant select, insert, delete on telemetry.rejects to {runtime};

-- The last measured difference device clock - server clock, for buffered readings after a restart.
create table telemetry.device_clocks (
  incubator_id text collate "C" not null,
  device_id text collate "C" not null,
  skew_ms bigint not null,
  measured_at timestamptz not null,
  primary key (incubator_id, device_id)
);
grant select, insert, update on telemetry.device_clocks to {runtime};

-- Retained messages of the embedded broker, restored after a restart.
create table telemetry.retained_messages (
  topic text collate "C" primary key,
  payload bytea not null,
  qos smallint not null,
  content_type text,
  stored_at timestamptz not null
);
grant select, insert, update, delete on telemetry.retained_messages to {runtime};
