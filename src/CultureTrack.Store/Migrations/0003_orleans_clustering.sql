-- Membership of several servers. Table, column and query names and the parameters are those the Orleans AdoNet provider asks for;
-- each query below is one statement, so that it is atomic without functions.
create table OrleansQuery (
  QueryKey varchar(64) primary key,
  QueryText varchar(8000) not null
);

create table OrleansMembershipVersionTable (
  DeploymentId varchar(150) primary key,
  Timestamp timestamptz(3) not null default now(),
  Version integer not null default 0
);

create table OrleansMembershipTable (
  DeploymentId varchar(150) not null references OrleansMembershipVersionTable (DeploymentId),
  Address varchar(45) not null,
  Port integer not null,
  Generation integer not null,
  SiloName varchar(150) not null,
  HostName varchar(150) not null,
  Status integer not null,
  ProxyPort integer,
  SuspectTimes varchar(8000),
  StartTime timestamptz(3) not null,
  IAmAliveTime timestamptz(3) not null,
  primary key (DeploymentId, Address, Port, Generation)
);

-- A row of the membership changes only together with the version, and only if the version is still the one the silo has seen:
-- the update of the version row takes its lock, so of two silos with the same version one gets no row and the answer 0.
insert into OrleansQuery (QueryKey, QueryText) values
('InsertMembershipVersionKey', '
  with added as (
    insert into OrleansMembershipVersionTable (DeploymentId) values (@DeploymentId)
    on conflict (DeploymentId) do nothing
    returning 1)
  select count(*)::integer from added'),
('InsertMembershipKey', '
  with version as (
    update OrleansMembershipVersionTable set Timestamp = now(), Version = Version + 1
    where DeploymentId = @DeploymentId and Version = @Version
      and not exists (select from OrleansMembershipTable m
        where m.DeploymentId = @DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation)
    returning DeploymentId),
  added as (
    insert into OrleansMembershipTable
      (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    select DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from version
    returning 1)
  select count(*)::integer from added'),
('UpdateMembershipKey', '
  with version as (
    update OrleansMembershipVersionTable set Timestamp = now(), Version = Version + 1
    where DeploymentId = @DeploymentId and Version = @Version
      and exists (select from OrleansMembershipTable m
        where m.DeploymentId = @DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation)
    returning DeploymentId),
  changed as (
    update OrleansMembershipTable m set Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    from version v
    where m.DeploymentId = v.DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation
    returning 1)
  select count(*)::integer from changed'),
('UpdateIAmAlivetimeKey', '
  update OrleansMembershipTable set IAmAliveTime = @IAmAliveTime
  where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation'),
('MembershipReadRowKey', '
  select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes,
    m.StartTime, m.IAmAliveTime, v.Version
  from OrleansMembershipVersionTable v
  left join OrleansMembershipTable m
    on m.DeploymentId = v.DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation
  where v.DeploymentId = @DeploymentId'),
('MembershipReadAllKey', '
  select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes,
    m.StartTime, m.IAmAliveTime, v.Version
  from OrleansMembershipVersionTable v
  left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId
  where v.DeploymentId = @DeploymentId'),
('GatewaysQueryKey', '
  select Address, ProxyPort, Generation from OrleansMembershipTable
  where DeploymentId = @DeploymentId and Status = @Status and ProxyPort > 0'),
('DeleteMembershipTableEntriesKey', '
  with silos as (delete from OrleansMembershipTable where DeploymentId = @DeploymentId)
  delete from OrleansMembershipVersionTable where DeploymentId = @DeploymentId'),
-- 3 = active; a silo that is active is never cleaned up, however old its sign of life.
('CleanupDefunctSiloEntriesKey', '
  delete from OrleansMembershipTable where DeploymentId = @DeploymentId and IAmAliveTime < @IAmAliveTime and Status <> 3');

grant select on OrleansQuery to {runtime};
grant select, insert, update, delete on OrleansMembershipTable, OrleansMembershipVersionTable to {runtime};
