-- Limits of releases: a quota of their own for the reduced, the interval lifted once, a second person, and everything
-- else that lets a debt through.

-- Null: as for the blocked.
alter table access_policy_version
    add column reduced_trust_unlock_days integer check (reduced_trust_unlock_days >= 0),
    add column reduced_trust_unlock_interval_days integer check (reduced_trust_unlock_interval_days >= 0),
    add column trust_unlock_interval_lift boolean not null default true;

alter table access_policy_example
    add column expected_trust_unlock_days integer check (expected_trust_unlock_days >= 0); -- null: nothing is expected

alter table release
    -- What the contract got when it was let through; null in entries of before, which count to both quotas.
    add column from_level text check (from_level in ('ACTIVE', 'REDUCED', 'BLOCKED')),
    add column lifted_interval boolean not null default false,
    add column seconded_by text;                     -- the second person, above the first one's daily ceiling
-- One person, however the name is written.
create index release_operator_name on release (lower(granted_by), granted_at);

-- Entered by a person, who may err or mean to; not told by a bank or a payer's system.
alter table payment add column by_hand boolean not null default false;

-- A manual release above an operator's daily ceiling, waiting for a second person.
create table release_approval (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    contract_id  bigint      not null references contract,
    reason       text        not null,
    requested_by text        not null,
    requested_at timestamptz not null,
    expires_at   timestamptz not null check (expires_at > requested_at),
    state        text        not null default 'PENDING' check (state in ('PENDING', 'APPROVED', 'DECLINED', 'EXPIRED')),
    decided_by   text,
    decided_at   timestamptz,
    decision_reason text,
    release_id   bigint references release,
    check ((state = 'PENDING') = (decided_at is null)),
    check ((state = 'APPROVED') = (release_id is not null))
);
create unique index release_approval_pending on release_approval (contract_id) where state = 'PENDING';
create index release_approval_requester on release_approval (lower(requested_by)) where state = 'PENDING';

-- What has let a debt through beside releases. Its days count to the ceiling of released days per debt.
create table debt_relief (
    id            bigint generated always as identity primary key,
    contract_id   bigint      not null references contract,
    kind          text        not null check (kind in ('POSTPONED', 'PAID_BY_HAND')),
    receivable_id bigint references receivable,
    payment_id    bigint references payment,
    first_day     date        not null,
    until_day     date        not null,              -- excluded
    granted_by    text        not null,
    granted_at    timestamptz not null,
    check (until_day > first_day),
    check ((kind = 'POSTPONED') = (receivable_id is not null)),
    check ((kind = 'PAID_BY_HAND') = (payment_id is not null))
);
create index debt_relief_contract on debt_relief (contract_id);
