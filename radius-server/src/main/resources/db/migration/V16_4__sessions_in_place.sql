-- A session changes with each of its records. An index on the transaction that wrote it last made each of them a new entry
-- in every index of the table; without it, and with room in the page, a row changes in place (HOT) and no index at all.

-- What other nodes read instead: which sessions a transaction has written, for some hours.
create table session_written (
    xid         xid8        not null default pg_current_xact_id(),
    node        smallint    not null,             -- that wrote them: its own followers leave them out; 0: nobody's
    at          timestamptz not null,
    session_ids bigint[]    not null
);
create index session_written_xid on session_written (xid);

-- The column stays as long as the release before may run beside this one; nobody reads it any more.
drop index session_xid;

-- A row and its next version, and those of a Stop.
alter table session set (fillfactor = 50);

-- Parts that are made from now on have it from the start; this storage parameter is not inherited.
do $$
declare part regclass;
begin
    for part in select inhrelid::regclass from pg_inherits where inhparent = 'usage_daily'::regclass loop
        execute format('alter table %s set (fillfactor = 60)', part);
    end loop;
end $$;
