-- Who meets a sealed day is told which one, so that the next readings of it are not tried the fast way with everybody else's.
create or replace function telemetry.guard_sealed() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('culturetrack.looked_into_sealed', true) is distinct from 'yes' then
    raise exception 'readings of this day are sealed' using errcode = 'unique_violation', constraint = 'sealed_day',
      hint = to_char(new.at at time zone 'UTC', 'YYYY-MM-DD');
  end if;
  return new;
end $$;
