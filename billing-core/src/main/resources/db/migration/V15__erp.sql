-- An ERP's news in bulk, and what of it waits for a second person.

-- How old the news is that each row rests on; what is older is passed over.
create table erp_news (
    kind        text        not null check (kind in ('CUSTOMER', 'CONTRACT', 'STATUS', 'SUBSCRIBER', 'RECEIVABLE')),
    external_id text        not null,                -- of a login: the login, in lower case
    as_of       timestamptz not null,
    primary key (kind, external_id)
);

alter table mass_act drop constraint mass_act_kind_check;
alter table mass_act
    add constraint mass_act_kind_check check (kind in ('CANCEL', 'PAUSE', 'MANUAL_BLOCK', 'DELETE', 'PAID_UNTIL'));
alter table mass_allowance drop constraint mass_allowance_kind_check;
alter table mass_allowance
    add constraint mass_allowance_kind_check check (kind in ('CANCEL', 'PAUSE', 'MANUAL_BLOCK', 'DELETE', 'PAID_UNTIL'));

-- Acts of a job beyond the number per hour: a guarded run of its own. Nothing of it holds before a second person approves.
create table tightening_proposal (
    id              bigint generated always as identity primary key,
    version         bigint      not null default 1,
    kind            text        not null check (kind in ('CANCEL', 'PAUSE', 'DELETE', 'PAID_UNTIL')),
    state           text        not null default 'AWAITING_APPROVAL'
        check (state in ('AWAITING_APPROVAL', 'COMMITTING', 'COMMITTED', 'DECLINED')),
    proposed_by     text        not null,
    proposed_at     timestamptz not null,
    expires_at      timestamptz not null check (expires_at > proposed_at),
    decided_by      text,
    decided_at      timestamptz,
    decision_reason text,
    ended_at        timestamptz,
    check ((state = 'AWAITING_APPROVAL') = (decided_at is null))
);
create index tightening_proposal_open on tightening_proposal (kind, lower(proposed_by))
    where state = 'AWAITING_APPROVAL';

create table tightening_proposal_row (
    id            bigint generated always as identity primary key,
    proposal_id   bigint      not null references tightening_proposal on delete cascade,
    contract_id   bigint      not null references contract,
    subscriber_id bigint,                            -- the login that would go; no reference: it does go
    from_level    text        not null check (from_level in ('ACTIVE', 'REDUCED', 'BLOCKED', 'REFUSED')),
    monthly_cents bigint      not null,
    reason        text,
    last_day      date,                              -- of a pause; null: open
    paid_until    date,
    oldest_due_on date,
    as_of         timestamptz not null,
    outcome       text        not null default 'PENDING' check (outcome in ('PENDING', 'COMMITTED', 'DROPPED')),
    drop_reason   text check (drop_reason in ('TOLD_OTHERWISE_SINCE', 'NO_LONGER_POSSIBLE', 'DECLINED')),
    unique nulls not distinct (proposal_id, contract_id, subscriber_id),
    check ((outcome = 'DROPPED') = (drop_reason is not null))
);
create index tightening_proposal_row_contract on tightening_proposal_row (contract_id);
create index tightening_proposal_row_pending on tightening_proposal_row (proposal_id, id) where outcome = 'PENDING';
