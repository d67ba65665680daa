-- Restarts of NASes are followed by the transaction that wrote them, as sessions are. The release before leaves the column
-- to its default.
alter table nas_restart add column xid xid8 not null default pg_current_xact_id();
create index nas_restart_xid on nas_restart (xid);
