-- Dynamic authorisation: what each live session should have and what its NAS has acknowledged, every request that was
-- sent, who may send to a NAS, and what a NAS bears.
--
-- A session refers by id to a row of session that may come later than its target. Instants are given by the
-- application's clock, but for leases, which go by the database's.

-- What an operator says of one NAS; null: the default.
create table nas_dynauth (
    nas_id              bigint primary key references nas on delete cascade,
    rate                integer check (rate between 1 and 10000),        -- requests a second
    window_size         integer check (window_size between 2 and 1024),  -- requests in flight
    canary              integer check (canary between 0 and 1000),       -- restrictions that go first
    coa_attempts        integer check (coa_attempts between 1 and 20),   -- before a Disconnect is tried
    disconnect_attempts integer check (disconnect_attempts between 0 and 20) -- before people are told; 0: never disconnect
);

-- Sessions that ever had to be changed; of the others, Class says what they were opened with. Gone with the session.
create table session_target (
    session_id      bigint      primary key,
    nas_id          bigint      not null,
    contract_id     bigint      not null,
    generation      bigint      not null,             -- rises with every new target
    target_level    text        not null check (target_level in ('ACTIVE', 'REDUCED', 'BLOCKED', 'REFUSED')),
    target_plan     bigint      not null,
    target_plan_version bigint  not null,
    target_since    timestamptz not null,
    target_cause    text        not null,
    acknowledged_level text check (acknowledged_level in ('ACTIVE', 'REDUCED', 'BLOCKED')),
    acknowledged_plan  bigint,
    acknowledged_plan_version bigint,
    acknowledged_at timestamptz,
    state           text        not null check (state in ('AGREED', 'OPEN', 'GIVEN_UP')),
    attempts        integer     not null,             -- since the target was set
    next_attempt_at timestamptz,
    last_method     text check (last_method in ('COA', 'DISCONNECT')),
    last_outcome    text,
    last_error_cause integer,
    last_rtt_micros bigint,
    alert           text                              -- what a person should look at, or null
);
create index session_target_nas on session_target (nas_id);
create index session_target_open on session_target (nas_id, session_id) where state <> 'AGREED';

-- Every CoA and Disconnect with its outcome; by month.
create table dynauth_attempt (
    id              bigint      generated always as identity,
    at              timestamptz not null,             -- when it was first sent
    session_id      bigint      not null,
    nas_id          bigint      not null,
    nas_name        text        not null,
    contract_id     bigint,
    user_name       text        not null,
    acct_session_id text        not null,
    generation      bigint      not null,
    method          text        not null check (method in ('COA', 'DISCONNECT')),
    level           text        not null,
    plan_id         bigint      not null,
    plan_version    bigint      not null,
    cause           text        not null,             -- why: a change of access, an operator by name, a contradiction
    outcome         text        not null check (outcome in ('ACKNOWLEDGED', 'REFUSED', 'TIMED_OUT', 'UNREACHABLE')),
    error_cause     integer,
    round_trip_micros bigint,
    transmissions   integer     not null,
    node            text        not null,
    primary key (id, at)
) partition by range (at);
create index dynauth_attempt_session on dynauth_attempt (session_id, at);
create index dynauth_attempt_nas on dynauth_attempt (nas_id, at);

-- One node at a time sends to a NAS.
create table nas_lease (
    nas_id bigint      primary key,
    node   text        not null,
    until  timestamptz not null
);
