-- Webhooks: who is told, the outbox, what each is still to be told, and the level that was last told of each contract.

create table webhook_endpoint (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    name         text        not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,59}$'),
    url          text        not null,
    topics       text[]      not null,               -- ACCESS, PAYMENT, RUN, NOTICE, RELEASE
    active       boolean     not null,
    secret       bytea       not null,               -- sealed
    created_at   timestamptz not null,
    created_by   text        not null,
    -- While it does not answer, one delivery at a time is tried.
    failures     integer     not null default 0,     -- in a row
    paused_until timestamptz
);

-- The outbox: written in the transaction of what it tells, if anybody listens.
create table webhook_event (
    id                   bigint generated always as identity primary key,
    kind                 text        not null,
    topic                text        not null check (topic in ('ACCESS', 'PAYMENT', 'RUN', 'NOTICE', 'RELEASE', 'PING')),
    at                   timestamptz not null,
    contract_id          bigint,
    contract_external_id text,
    customer_id          bigint,
    customer_external_id text,
    data                 json        not null,
    endpoint_id          bigint references webhook_endpoint on delete cascade, -- of a ping: for this one alone
    fanned               boolean     not null default false
);
create index webhook_event_new on webhook_event (id) where not fanned;
create index webhook_event_contract on webhook_event (contract_id, id);
create index webhook_event_at on webhook_event (at);

create table webhook_delivery (
    endpoint_id     bigint      not null references webhook_endpoint on delete cascade,
    event_id        bigint      not null references webhook_event on delete cascade,
    order_key       bigint      not null,            -- the contract; 0 for runs, the event itself negative for the rest
    state           text        not null check (state in ('WAITING', 'DELIVERED', 'DEAD')),
    attempts        integer     not null default 0,
    next_attempt_at timestamptz not null,
    leased_until    timestamptz,                     -- by the database's clock
    last_status     integer,
    last_why        text,
    ended_at        timestamptz,
    primary key (endpoint_id, event_id)
);
create index webhook_delivery_order on webhook_delivery (endpoint_id, order_key, event_id) where state = 'WAITING';
create index webhook_delivery_waiting on webhook_delivery (endpoint_id, event_id) where state = 'WAITING';
create index webhook_delivery_dead on webhook_delivery (endpoint_id, event_id) where state = 'DEAD';
create index webhook_delivery_event on webhook_delivery (event_id);

create table webhook_attempt (
    endpoint_id bigint      not null,
    event_id    bigint      not null,
    number      integer     not null,
    at          timestamptz not null,
    millis      bigint      not null,
    status      integer,
    why         text,
    foreign key (endpoint_id, event_id) references webhook_delivery on delete cascade
);
create index webhook_attempt_delivery on webhook_attempt (endpoint_id, event_id);

-- Kept while anybody listens to access. check_at: when it may change by the clock alone.
create table access_announced (
    contract_id bigint      primary key references contract on delete cascade,
    level       text        not null,
    rule        text        not null,
    check_at    timestamptz
);
create index access_announced_check on access_announced (check_at) where check_at is not null;

-- Plans and policies that were written since their contracts were looked at.
create table access_recheck (
    id   bigint generated always as identity primary key,
    kind text   not null check (kind in ('PLAN', 'POLICY')),
    key  bigint not null,
    after_contract_id bigint not null default 0      -- those up to it have been looked at
);
