-- Accounting: sessions, what they used, and the records themselves.
--
-- Instants are given by the application's clock. A session refers to its NAS, subscriber and contract by id and not by
-- foreign key: records are kept whoever they speak of, and stay when a NAS is taken away.

-- Live sessions, and closed ones for 72 hours, so that late records find them; then they move to session_history.
create table session (
    id              bigint      primary key,          -- the journal number of the record that made it known
    version         bigint      not null default 1,
    nas_id          bigint      not null,
    nas_name        text        not null,
    nas_address     inet        not null,             -- the source of its records: where CoA goes
    acct_session_id text        not null,
    user_name       text        not null,             -- as sent, perhaps empty
    port            text        not null,             -- NAS-Port-Id, else NAS-Port, else empty
    started_at      timestamptz not null,
    subscriber_id   bigint,                           -- null: nobody of ours, kept and flagged
    contract_id     bigint,
    calling_station_id text,
    mac             text,
    called_station_id  text,
    circuit_id      text,
    remote_id       text,
    ipv4            inet,
    ipv6            inet,
    ipv6_prefix     cidr,
    delegated_ipv6_prefix cidr,
    class           bytea,                            -- ours only
    input_octets    bigint      not null,
    output_octets   bigint      not null,
    input_packets   bigint      not null,
    output_packets  bigint      not null,
    gigawords_seen  boolean     not null,
    readings        bytea,                            -- the last ones of a NAS without Gigawords, to see wraps
    seconds         bigint      not null,
    start_told_at   timestamptz,                      -- when the earliest record happened that tells the start
    last_event_at   timestamptz not null,
    last_heard_at   timestamptz not null,
    interim_seconds integer     not null,
    interim_heard   boolean     not null,             -- whether an Interim-Update has come
    ended_at        timestamptz,
    end_cause       text check (end_cause in ('STOP', 'NAS_RESTARTED', 'STALE', 'REPLACED', 'UNKNOWN_TO_NAS')),
    terminate_cause integer,
    closed_at       timestamptz,                      -- when we learnt of the end: what the 72 hours count from
    last_record     bigint      not null,
    node            smallint    not null,             -- that wrote it last: the others read it
    xid             xid8        not null default pg_current_xact_id(),
    check ((ended_at is null) = (end_cause is null)),
    check ((ended_at is null) = (closed_at is null))
);
create index session_key on session (nas_id, acct_session_id);
create index session_subscriber on session (subscriber_id);
create index session_contract on session (contract_id);
create index session_xid on session (xid);
create index session_closed on session (closed_at) where closed_at is not null;
create index session_live_nas on session (nas_id, id) where ended_at is null;
create index session_live_ipv4 on session (ipv4) where ended_at is null;
create index session_live_mac on session (mac) where ended_at is null;

-- When NASes restarted, as long as closed sessions are kept: a late record of a session from before opens none.
create table nas_restart (
    nas_id  bigint      not null,
    at      timestamptz not null,
    primary key (nas_id, at)
);

-- The same columns without those that only live sessions need; by month of the end.
create table session_history (
    id              bigint      not null,
    nas_id          bigint      not null,
    nas_name        text        not null,
    nas_address     inet        not null,
    acct_session_id text        not null,
    user_name       text        not null,
    port            text        not null,
    started_at      timestamptz not null,
    subscriber_id   bigint,
    contract_id     bigint,
    calling_station_id text,
    mac             text,
    called_station_id  text,
    circuit_id      text,
    remote_id       text,
    ipv4            inet,
    ipv6            inet,
    ipv6_prefix     cidr,
    delegated_ipv6_prefix cidr,
    input_octets    bigint      not null,
    output_octets   bigint      not null,
    input_packets   bigint      not null,
    output_packets  bigint      not null,
    seconds         bigint      not null,
    ended_at        timestamptz not null,
    end_cause       text        not null,
    terminate_cause integer,
    primary key (id, ended_at)
) partition by range (ended_at);
create index session_history_subscriber on session_history (subscriber_id, ended_at);
create index session_history_contract on session_history (contract_id, ended_at);
create index session_history_ipv4 on session_history (ipv4, ended_at);

-- By day in the contract's zone; by month. Unknown subscribers are 0.
create table usage_daily (
    day           date   not null,
    subscriber_id bigint not null,
    contract_id   bigint not null,
    input_octets  bigint not null,
    output_octets bigint not null,
    seconds       bigint not null,
    primary key (day, subscriber_id, contract_id)
) partition by range (day);
create index usage_daily_subscriber on usage_daily (subscriber_id, day);

-- Every acknowledged record, once: node and position are in its number. By day of arrival.
create table accounting_record (
    number      bigint      not null,
    received_at timestamptz not null,
    nas_id      bigint      not null,
    session_id  bigint,                               -- null: Accounting-On, Accounting-Off
    status_type integer     not null,                 -- Acct-Status-Type
    happened_at timestamptz not null,
    attributes  bytea       not null,                 -- as received, encoded
    primary key (number, received_at)
) partition by range (received_at);
create index accounting_record_session on accounting_record (session_id);

-- Up to which record each node has delivered; commits with the rows. A node whose journal's folder is made anew has a
-- second row.
create table journal_cursor (
    node    smallint    not null,
    journal bigint      not null,                     -- the identity drawn when its folder was made
    number  bigint      not null,
    at      timestamptz not null,
    primary key (node, journal)
);

-- Records that could not be delivered although the database was there, one by one: kept for a person to look at.
create table accounting_set_aside (
    number       bigint      primary key,
    received_at  timestamptz,                         -- null: not even that can be read
    set_aside_at timestamptz not null,
    reason       text        not null,
    payload      bytea       not null                 -- as it lay in the journal
);
