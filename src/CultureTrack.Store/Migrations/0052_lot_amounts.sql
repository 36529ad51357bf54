-- How much of a lot an entry of a batch took, where the entry says so. Read models are rebuilt after a change of version, so past entries get theirs.
alter table lot_uses add column amount_ml numeric;
