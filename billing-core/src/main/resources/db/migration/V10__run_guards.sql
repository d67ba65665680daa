-- Guards of access runs with their approval and roll-back, freezes, counted mass acts, the history of facts, and
-- incident releases.

-- Days that must have passed since a notice was sent; null: the policy demands none.
alter table access_policy_version
    add column notice_days_before_reduce integer check (notice_days_before_reduce >= 0),
    add column notice_days_before_block integer check (notice_days_before_block >= 0);

-- Proof that somebody was told of a debt. A bounced or failed one is no notice.
create table notice_sent (
    id            bigint generated always as identity primary key,
    contract_id   bigint      not null references contract,
    receivable_id bigint      references receivable,
    due_on        date,                              -- what it spoke of where an ERP keeps the money
    kind          text        not null check (length(kind) between 1 and 50), -- email, sms, whatsapp, letter, …
    sent_at       timestamptz not null,
    outcome       text        not null check (outcome in ('SENT', 'DELIVERED', 'BOUNCED', 'FAILED')),
    recorded_by   text        not null,
    check ((receivable_id is null) <> (due_on is null))
);
create index notice_sent_receivable on notice_sent (receivable_id);
create index notice_sent_contract on notice_sent (contract_id);

-- Where a contract is, when no session has told: what a run or an incident goes by then.
alter table contract add column region text check (length(region) between 1 and 100);

-- The last known line of each contract, kept up by whoever hears of sessions; no foreign keys, as sessions have none.
create table contract_line (
    contract_id  bigint      primary key,
    nas_id       bigint      not null,
    nas_name     text        not null,
    region       text,
    circuit_id   text,
    last_seen_at timestamptz not null
);
create index contract_line_nas on contract_line (nas_id);
create index contract_line_circuit on contract_line (circuit_id text_pattern_ops);

alter table access_run drop constraint access_run_state_check;
alter table access_run
    add constraint access_run_state_check check (state in (
        'PREVIEW', 'AWAITING_APPROVAL', 'COMMITTING', 'COMMITTED', 'ABORTED', 'ROLLING_BACK', 'ROLLED_BACK')),
    add column scope_nas_id    bigint,
    add column scope_region    text,
    add column asked_by        text,                 -- who asked for the commit that waits for a second person
    add column stale_money_at  timestamptz,          -- when a guard last said that money was not up to date
    add column approved_by     text,
    add column approved_at     timestamptz,
    add column approval_reason text,
    add column rolled_back_by  text,
    add column rolled_back_at  timestamptz,
    add column rollback_reason text,
    add check ((approved_by is null) = (approved_at is null));

-- What stops a run until a second person has seen it. "scope" is what of the run it speaks of: all, a NAS, a bank.
create table access_run_objection (
    run_id    bigint      not null references access_run on delete cascade,
    guard     text        not null,
    scope     text        not null,
    why       text        not null,
    raised_at timestamptz not null,
    approved  boolean     not null default false,
    primary key (run_id, guard, scope)
);
create index access_run_stale_money on access_run (stale_money_at) where stale_money_at is not null;

alter table access_run_row
    add column nas_id   bigint,
    add column nas_name text,
    add column region   text,
    add column due_day  integer check (due_day between 1 and 31), -- of the month: its billing-day cohort
    -- What this run's commitment took the place of; roll-back returns to it, as far as it is still owed.
    add column prior_level        text check (prior_level in ('REDUCED', 'BLOCKED')),
    add column prior_committed_at timestamptz,
    add column prior_as_of        timestamptz,
    add column prior_run_id       bigint,
    add column prior_receivables  bigint[],
    add column prior_erp_due_on   date,
    -- LIFTED: the run's commitment stood and was taken away; GONE: nothing of it was left.
    add column rollback text check (rollback in ('LIFTED', 'GONE'));
create index access_run_row_unrolled on access_run_row (run_id, contract_id)
    where outcome = 'COMMITTED' and rollback is null;
create index commitment_run on commitment (run_id);
create index receivable_due on receivable (due_on);

-- While one holds no run commits, and the clock tightens nobody.
create table tightening_freeze (
    id          bigint generated always as identity primary key,
    version     bigint      not null default 1,
    reason      text        not null,
    declared_by text        not null,
    declared_at timestamptz not null,
    ends_at     timestamptz not null,
    lifted_at   timestamptz,
    lifted_by   text,
    spread_seconds integer  not null check (spread_seconds >= 0), -- over which what waited then tightens
    check (ends_at > declared_at),
    check ((lifted_at is null) = (lifted_by is null))
);

alter table feed drop constraint feed_kind_check;
alter table feed add constraint feed_kind_check
    check (kind in ('CONTRACT', 'SUBSCRIBER', 'PLAN', 'POLICY', 'NAS', 'FREEZE'));

-- Acts of jobs that tighten, by clock hour.
create table mass_act (
    kind text        not null check (kind in ('CANCEL', 'PAUSE', 'MANUAL_BLOCK', 'DELETE')),
    hour timestamptz not null,
    done integer     not null check (done >= 0),
    primary key (kind, hour)
);

-- What a person has allowed of them beyond the number per hour.
create table mass_allowance (
    kind       text        primary key check (kind in ('CANCEL', 'PAUSE', 'MANUAL_BLOCK', 'DELETE')),
    acts_left  integer     not null check (acts_left >= 0),
    until      timestamptz not null,
    allowed_by text        not null,
    reason     text        not null
);

-- Every version of contract_facts, with the policy that decided resolved: it was the contract's own or its plan's then.
create table contract_facts_history (
    contract_id             bigint   not null,
    version                 bigint   not null,
    at                      timestamptz not null,    -- the instant of the write: it holds from then on
    plan_id                 bigint   not null,
    own_policy_id           bigint,
    customer_id             bigint   not null,
    status                  text     not null,
    status_since_day        integer  not null,
    zone                    text     not null,
    billing_mode            text     not null,
    paid_until_day          integer,
    late_since_day          integer,
    lapsed_since_day        integer,
    renegotiated_late_since_day integer,
    pauses                  integer[] not null,
    exemptions              integer[] not null,
    manual_block_since      bigint,
    releases                bigint[] not null,
    do_not_block_until_day  integer,
    do_not_reduce_until_day integer,
    automatic_restriction   text     not null,
    automatic_restriction_until_day integer,
    committed_level         text     not null,
    committed_at            bigint,
    committed_late_since_day integer,
    committed_renegotiated_late_since_day integer,
    primary key (contract_id, version)
);
create index contract_facts_history_at on contract_facts_history (contract_id, at, version);

-- History begins with what stands now.
insert into contract_facts_history (
    contract_id, version, at, plan_id, own_policy_id, customer_id, status, status_since_day, zone, billing_mode,
    paid_until_day, late_since_day, lapsed_since_day, renegotiated_late_since_day, pauses, exemptions,
    manual_block_since, releases, do_not_block_until_day, do_not_reduce_until_day, automatic_restriction,
    automatic_restriction_until_day, committed_level, committed_at, committed_late_since_day,
    committed_renegotiated_late_since_day)
select contract_id, version, now(), plan_id, policy_id, customer_id, status, status_since_day, zone, billing_mode,
    paid_until_day, late_since_day, lapsed_since_day, renegotiated_late_since_day, pauses, exemptions,
    manual_block_since, releases, do_not_block_until_day, do_not_reduce_until_day, automatic_restriction,
    automatic_restriction_until_day, committed_level, committed_at, committed_late_since_day,
    committed_renegotiated_late_since_day
  from contract_facts;

-- Which policy a plan referred to, from when on.
create table plan_policy_history (
    plan_id   bigint      not null,
    policy_id bigint      not null,
    monthly_cents bigint  not null,
    at        timestamptz not null
);
create index plan_policy_history_at on plan_policy_history (plan_id, at);

-- What stood before this table: from the beginning.
insert into plan_policy_history (plan_id, policy_id, monthly_cents, at)
select id, policy_id, monthly_cents, '-infinity' from plan;

-- Lets through everyone behind a NAS, in a region or on lines of one circuit prefix.
create table incident_release (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    state        text        not null check (state in ('PENDING', 'GRANTING', 'GRANTED', 'DECLINED', 'ENDING', 'ENDED')),
    nas_id       bigint,
    region       text,
    circuit_prefix text,
    reason       text        not null,
    until        timestamptz not null,
    spread_seconds integer   not null check (spread_seconds >= 0),
    requested_by text        not null,
    requested_at timestamptz not null,
    expires_at   timestamptz not null,
    decided_by   text,
    decided_at   timestamptz,
    decision_reason text,
    contracts    integer     not null,               -- concerned when it was asked for
    check (num_nonnulls(nas_id, region, circuit_prefix) = 1)
);
alter table release add column incident_id bigint references incident_release;
create index release_incident on release (incident_id) where incident_id is not null;
-- Those that end by the clock.
create index release_until on release (until) where ended_at is null;
