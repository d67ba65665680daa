-- Customers, contracts, money, access and the change feed.
--
-- Instants are given by the application's clock; no rule reads the database's. Money is in cents of BRL.
-- Windows of days include both ends. "version" rises with every write: it is the ETag and decides between two
-- copies of a row.

create table customer (
    id          bigint generated always as identity primary key,
    version     bigint      not null default 1,
    external_id text unique,
    name        text        not null check (length(name) between 1 and 200),
    -- Digits and capital letters only; check digits are verified before a row gets here. Not unique: a person may
    -- register again, and is flagged when the earlier registration still owes.
    tax_id      text        not null check (tax_id ~ '^([0-9]{11}|[0-9A-Z]{12}[0-9]{2})$'),
    email       text,
    phone       text,
    registered_again_with_debt boolean not null default false,
    created_at  timestamptz not null
);
create index customer_tax_id on customer (tax_id);

create table access_policy (
    id      bigint generated always as identity primary key,
    version bigint not null default 1,
    name    text   not null unique check (length(name) between 1 and 100)
);

-- Thresholds are in days late and mean ">="; null means never.
create table access_policy_version (
    policy_id               bigint  not null references access_policy,
    number                  integer not null check (number >= 1),
    effective_from          date    not null,
    status                  text    not null check (status in ('DRAFT', 'ACTIVE')),
    warn_days               integer check (warn_days >= 1),
    reduce_days             integer check (reduce_days >= 1),
    block_days              integer check (block_days >= 1),
    cancel_days             integer check (cancel_days >= 1),
    renegotiated_warn_days   integer check (renegotiated_warn_days >= 1),
    renegotiated_reduce_days integer check (renegotiated_reduce_days >= 1),
    renegotiated_block_days  integer check (renegotiated_block_days >= 1),
    prepaid_tightening      text    not null check (prepaid_tightening in ('BY_RUN', 'ON_TIME')),
    blocked_as              text    not null check (blocked_as in ('GARDEN', 'REJECT')),
    awaiting_active_days    integer not null check (awaiting_active_days >= 0),
    release_level           text    not null check (release_level in ('ACTIVE', 'REDUCED')),
    tolerance_cents         bigint  not null check (tolerance_cents >= 0),
    temporary_max_days      integer not null check (temporary_max_days >= 0),
    temporary_interval_days integer not null check (temporary_interval_days >= 0),
    trust_unlock_days       integer not null check (trust_unlock_days >= 0),
    trust_unlock_interval_days integer not null check (trust_unlock_interval_days >= 0),
    trust_unlock_max_debt_days integer check (trust_unlock_max_debt_days >= 0),
    trust_unlock_when_reduced boolean not null,
    released_days_per_debt  integer not null check (released_days_per_debt >= 0),
    manual_releases_per_operator_day integer not null check (manual_releases_per_operator_day >= 0),
    created_at              timestamptz not null,
    activated_at            timestamptz,
    primary key (policy_id, number)
);

create table access_policy_example (
    policy_id      bigint  not null,
    number         integer not null,
    ordinal        integer not null,
    description    text    not null,
    billing_mode   text    not null check (billing_mode in ('PREPAID', 'POSTPAID')),
    days_late      integer not null check (days_late >= 0),
    renegotiated   boolean not null default false,
    expected_level text    not null check (expected_level in ('ACTIVE', 'REDUCED', 'BLOCKED')),
    expected_warned boolean not null default false,
    primary key (policy_id, number, ordinal),
    foreign key (policy_id, number) references access_policy_version on delete cascade
);

create table plan (
    id                bigint generated always as identity primary key,
    version           bigint  not null default 1,
    external_id       text unique,
    name              text    not null unique check (length(name) between 1 and 100),
    policy_id         bigint  not null references access_policy,
    monthly_cents     bigint  not null check (monthly_cents >= 0),
    down_kbps         integer not null check (down_kbps > 0),
    up_kbps           integer not null check (up_kbps > 0),
    -- Burst: all five or none.
    burst_down_kbps   integer check (burst_down_kbps > 0),
    burst_up_kbps     integer check (burst_up_kbps > 0),
    burst_threshold_down_kbps integer check (burst_threshold_down_kbps > 0),
    burst_threshold_up_kbps   integer check (burst_threshold_up_kbps > 0),
    burst_seconds     integer check (burst_seconds between 1 and 3600),
    reduced_down_kbps integer not null check (reduced_down_kbps > 0),
    reduced_up_kbps   integer not null check (reduced_up_kbps > 0),
    ipv4_pool         text,
    ipv6_pool         text,
    delegated_ipv6_pool text,
    simultaneous_sessions integer not null default 1 check (simultaneous_sessions between 1 and 1000),
    interim_seconds   integer not null default 900 check (interim_seconds between 60 and 86400)
);

create table contract (
    id                  bigint generated always as identity primary key,
    version             bigint      not null default 1,
    external_id         text unique,
    customer_id         bigint      not null references customer,
    plan_id             bigint      not null references plan,
    policy_id           bigint references access_policy, -- null: the plan's
    status              text        not null check (status in ('AWAITING_ACTIVATION', 'ACTIVE', 'CANCELLED')),
    zone                text        not null default 'America/Sao_Paulo',
    billing_mode        text        not null check (billing_mode in ('PREPAID', 'POSTPAID')),
    financial_base_date date        not null,
    signed_on           date        not null,
    activated_on        date,
    cancelled_on        date,
    cancel_reason       text,
    do_not_block_until  date,
    do_not_reduce_until date,
    automatic_restriction       text not null default 'NORMAL'
        check (automatic_restriction in ('NORMAL', 'REDUCE_ONLY', 'NEVER')),
    automatic_restriction_until  date,
    automatic_restriction_reason text,
    trust_unlock        text        not null default 'INHERIT' check (trust_unlock in ('INHERIT', 'ALLOW', 'DENY')),
    manual_block_since  timestamptz,
    manual_block_reason text,
    manual_block_by     text,
    money_source        text        not null default 'LOCAL' check (money_source in ('LOCAL', 'ERP')),
    erp_paid_until      date,
    erp_oldest_due_on   date,
    erp_as_of           timestamptz,
    created_at          timestamptz not null
);
create index contract_customer on contract (customer_id);
create index contract_plan on contract (plan_id);

create table pause (
    id          bigint generated always as identity primary key,
    contract_id bigint      not null references contract,
    first_day   date        not null,
    last_day    date,
    reason      text        not null,
    created_by  text        not null,
    created_at  timestamptz not null,
    check (last_day is null or last_day >= first_day)
);
create index pause_contract on pause (contract_id);

create table exemption (
    id          bigint generated always as identity primary key,
    contract_id bigint      not null references contract,
    first_day   date        not null,
    last_day    date,
    reason      text        not null,
    created_by  text        not null,
    created_at  timestamptz not null,
    check (last_day is null or last_day >= first_day)
);
create index exemption_contract on exemption (contract_id);

create table subscriber (
    id              bigint generated always as identity primary key,
    version         bigint not null default 1,
    contract_id     bigint not null references contract,
    login           text   not null check (length(login) between 1 and 253),
    -- RECOVERABLE: secret holds the password, sealed; HASHED: secret holds an HMAC or an imported hash;
    -- LINE: no password, the line itself is the identity (mac, or circuit_id with remote_id).
    credential_kind text   not null check (credential_kind in ('RECOVERABLE', 'HASHED', 'LINE')),
    secret          bytea,
    mac             text check (mac ~ '^[0-9a-f]{12}$'),
    circuit_id      text,
    remote_id       text,
    framed_ipv4     text,
    framed_ipv6_prefix    text,
    delegated_ipv6_prefix text,
    framed_routes   text[] not null default '{}',
    created_at      timestamptz not null,
    check ((credential_kind = 'LINE') = (secret is null)),
    check (credential_kind <> 'LINE' or mac is not null or circuit_id is not null)
);
create unique index subscriber_login on subscriber (lower(login));
create unique index subscriber_line_mac on subscriber (mac) where credential_kind = 'LINE' and circuit_id is null;
create unique index subscriber_line on subscriber (circuit_id, coalesce(remote_id, '')) where credential_kind = 'LINE';
create index subscriber_contract on subscriber (contract_id);

create table receivable (
    id                  bigint generated always as identity primary key,
    version             bigint  not null default 1,
    external_id         text unique,
    contract_id         bigint  not null references contract,
    kind                text    not null check (kind in ('RECURRING', 'ONE_OFF', 'RENEGOTIATED')),
    nominal_cents       bigint  not null check (nominal_cents > 0),
    discount_cents      bigint  not null default 0 check (discount_cents >= 0),
    discount_until      date,
    issued_on           date    not null,
    due_on              date    not null,          -- as agreed; the next banking day counts
    original_due_on     date    not null,          -- before any postponing
    coverage_first      date,
    coverage_last       date,
    counts_for_blocking boolean not null,
    status              text    not null check (status in ('OPEN', 'SETTLED', 'CANCELLED', 'RENEGOTIATED')),
    paid_cents          bigint  not null default 0 check (paid_cents >= 0),
    settled_on          date,
    cancel_reason       text,
    created_at          timestamptz not null,
    check ((coverage_first is null) = (coverage_last is null)),
    check (coverage_last >= coverage_first),
    check (kind <> 'RECURRING' or coverage_first is not null)
);
create index receivable_contract on receivable (contract_id, due_on);

create table payment (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    external_id  text        not null unique,       -- of the payer's system: it counts once
    contract_id  bigint      not null references contract,
    receivable_id bigint references receivable,     -- the one it was for, null: the contract's oldest
    amount_cents bigint      not null check (amount_cents > 0),
    paid_on      date        not null,
    source       text        not null,              -- api, pix, cnab, manual
    received_at  timestamptz not null,
    received_by  text        not null,
    reversed_at  timestamptz,
    reversed_by  text,
    reverse_reason text
);
create index payment_contract on payment (contract_id);
create index payment_receivable on payment (receivable_id);

create table payment_allocation (
    payment_id    bigint not null references payment,
    receivable_id bigint not null references receivable,
    cents         bigint not null check (cents > 0),
    primary key (payment_id, receivable_id)
);
create index payment_allocation_receivable on payment_allocation (receivable_id);

create table access_run (
    id            bigint generated always as identity primary key,
    version       bigint      not null default 1,
    state         text        not null check (state in ('PREVIEW', 'COMMITTING', 'COMMITTED', 'ABORTED')),
    scope_plan_id bigint references plan,
    previewed_at  timestamptz not null,
    expires_at    timestamptz not null,
    started_by    text        not null,
    commit_started_at timestamptz,
    committed_by  text,
    ended_at      timestamptz,                       -- committed whole, or aborted
    last_run_id   bigint references access_run       -- the committed one that it is compared with
);

create table access_run_row (
    run_id        bigint  not null references access_run on delete cascade,
    contract_id   bigint  not null references contract,
    from_level    text    not null check (from_level in ('ACTIVE', 'REDUCED', 'BLOCKED')),
    level         text    not null check (level in ('REDUCED', 'BLOCKED')),
    days_late     integer not null,
    late_since    date    not null,
    threshold     integer not null,
    renegotiated  boolean not null,
    policy_id     bigint  not null,
    policy_number integer not null,
    monthly_cents bigint  not null,
    released_today boolean not null,
    outcome       text    not null default 'PENDING' check (outcome in ('PENDING', 'COMMITTED', 'DROPPED')),
    drop_reason   text    check (drop_reason in (
        'NO_LONGER_DUE', 'RELEASED_SINCE', 'ALREADY_COMMITTED', 'GUARD', 'EXPIRED', 'ABORTED')),
    drop_detail   text,                              -- what the guard said
    primary key (run_id, contract_id),
    check ((outcome = 'DROPPED') = (drop_reason is not null))
);
create index access_run_row_pending on access_run_row (run_id, contract_id) where outcome = 'PENDING';

create table commitment (
    contract_id  bigint primary key references contract,
    level        text        not null check (level in ('REDUCED', 'BLOCKED')),
    committed_at timestamptz not null,
    as_of        timestamptz not null,              -- when level was last recomputed from the receivables left
    run_id       bigint references access_run,
    erp_due_on   date                                -- what it rests on when money comes from an ERP
);

create table commitment_receivable (
    contract_id   bigint not null references commitment on delete cascade,
    receivable_id bigint not null references receivable,
    primary key (contract_id, receivable_id)
);

create table release (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    contract_id  bigint      not null references contract,
    kind         text        not null check (kind in ('MANUAL', 'TEMPORARY', 'TRUST_UNLOCK', 'INCIDENT')),
    level        text        not null check (level in ('ACTIVE', 'REDUCED')),
    reason       text        not null,
    granted_by   text        not null,
    granted_at   timestamptz not null,
    starts_at    timestamptz not null,
    until        timestamptz,                        -- null: a manual release, until a later run commits
    debt_due_on  date,                               -- the oldest debt it let through: limits are per debt
    ended_at     timestamptz,                        -- before "until": ended early, or by a run
    ended_by     text,
    end_reason   text,
    check ((kind = 'MANUAL') = (until is null))
);
create index release_contract on release (contract_id, granted_at);
create index release_operator on release (granted_by, granted_at);
create index release_granted on release (granted_at);

-- One row a contract, written in the transaction of every write that can change access; all that the directory
-- loads. Days are days since 1970-01-01, instants are seconds since then. See ContractSnapshot for the meaning.
create table contract_facts (
    contract_id             bigint primary key references contract,
    version                 bigint   not null,
    customer_id             bigint   not null,
    plan_id                 bigint   not null,
    policy_id               bigint,                  -- the contract's own; null: its plan's
    status                  text     not null,
    status_since_day        integer  not null,
    zone                    text     not null,
    billing_mode            text     not null,
    paid_until_day          integer,
    late_since_day          integer,
    lapsed_since_day        integer,
    renegotiated_late_since_day integer,
    pauses                  integer[] not null,      -- first, last, first, last …; last = 2147483647: open
    exemptions              integer[] not null,
    manual_block_since      bigint,
    releases                bigint[] not null,       -- kind, level, from, until …; until = 9223372036854775807: open
    do_not_block_until_day  integer,
    do_not_reduce_until_day integer,
    automatic_restriction   text     not null,
    automatic_restriction_until_day integer,
    committed_level         text     not null,
    committed_at            bigint,
    committed_late_since_day integer,
    committed_renegotiated_late_since_day integer
);

create table feed (
    id   bigint generated always as identity primary key,
    xid  xid8   not null default pg_current_xact_id(),
    kind text   not null check (kind in ('CONTRACT', 'SUBSCRIBER', 'PLAN', 'POLICY', 'NAS')),
    key  bigint not null,
    at   timestamptz not null                        -- for retention and the lag a follower reports
);
create index feed_xid on feed (xid);
