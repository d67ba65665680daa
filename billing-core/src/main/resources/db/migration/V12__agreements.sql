-- Agreements: receivables replaced by instalments; and what lint finds.

alter table access_policy_version
    add column agreement_relief text not null default 'AT_SIGNING'
        check (agreement_relief in ('AT_SIGNING', 'AT_FIRST_PAYMENT')),
    add column agreement_break_days integer not null default 10 check (agreement_break_days >= 1),
    add column agreements_per_debt  integer not null default 2 check (agreements_per_debt >= 1);

-- One contract's agreement. Those of several contracts that were signed together break together.
create table agreement (
    id             bigint generated always as identity primary key,
    version        bigint      not null default 1,
    contract_id    bigint      not null references contract,
    signed_with    bigint references agreement,      -- the first of those signed together; null: signed alone
    state          text        not null check (state in ('PENDING', 'RUNNING', 'COMPLETED', 'BROKEN', 'CANCELLED')),
    -- As the policy had it when it was signed.
    relief         text        not null check (relief in ('AT_SIGNING', 'AT_FIRST_PAYMENT')),
    break_days     integer     not null check (break_days >= 1),
    debt_cents     bigint      not null check (debt_cents > 0), -- what the replaced ones missed
    charges_cents  bigint      not null check (charges_cents >= 0),
    discount_cents bigint      not null check (discount_cents >= 0),
    signed_on      date        not null,
    signed_at      timestamptz not null,
    signed_by      text        not null,
    reason         text        not null,
    ended_at       timestamptz,                      -- broken or cancelled
    ended_by       text,
    end_reason     text,
    check ((state in ('BROKEN', 'CANCELLED')) = (ended_at is not null))
);
create index agreement_contract on agreement (contract_id);
create index agreement_signed_with on agreement (signed_with) where signed_with is not null;

-- What it replaced, and what of each was owed then.
create table agreement_receivable (
    agreement_id  bigint not null references agreement,
    receivable_id bigint not null references receivable,
    owed_cents    bigint not null check (owed_cents > 0),
    paid_cents    bigint not null check (paid_cents >= 0), -- what was paid of it before
    primary key (agreement_id, receivable_id)
);
create index agreement_receivable_receivable on agreement_receivable (receivable_id);

-- Where the money of a broken one went: from an instalment to what was owed before, or to the contract's credit.
create table agreement_move (
    id            bigint generated always as identity primary key,
    agreement_id  bigint not null references agreement,
    payment_id    bigint not null references payment,
    from_receivable_id bigint not null references receivable,
    to_receivable_id   bigint references receivable, -- null: credit
    cents         bigint not null check (cents > 0)
);
create index agreement_move_agreement on agreement_move (agreement_id);

-- INSTALMENT: of it; PROMISED: to be replaced at its first payment; REPLACED; RETURNED: by one that broke.
alter table receivable
    add column agreement_id   bigint references agreement,
    add column agreement_part text check (agreement_part in ('INSTALMENT', 'PROMISED', 'REPLACED', 'RETURNED')),
    add check ((agreement_id is null) = (agreement_part is null));
create index receivable_agreement on receivable (agreement_id) where agreement_id is not null;
