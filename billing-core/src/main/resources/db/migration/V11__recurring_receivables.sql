-- Recurring receivables made here: how contracts are billed, and of which period and price each receivable was made.

-- A contract without a row gets no receivables from here: whoever pushes them goes on doing so. Rules that are null are
-- the plan's, and where it has none, those of the settings.
create table contract_billing (
    contract_id  bigint primary key references contract,
    version      bigint   not null default 1,
    billing_day  smallint not null check (billing_day between 1 and 31),
    due_day      smallint not null check (due_day between 1 and 31),
    starts_on    date,                               -- null: the financial base date
    ends_on      date,                               -- null: no end
    price_cents  bigint check (price_cents >= 0),    -- null: the plan's
    periods_ahead         smallint check (periods_ahead between 0 and 24),
    open_limit            integer check (open_limit >= 1),
    least_days_to_pay     integer check (least_days_to_pay >= 0),
    fine_basis_points     integer check (fine_basis_points between 0 and 200),
    interest_basis_points integer check (interest_basis_points between 0 and 100),
    discount_cents        bigint check (discount_cents >= 0),
    discount_days         integer check (discount_days >= 0)
);

create table plan_billing (
    plan_id      bigint primary key references plan,
    version      bigint   not null default 1,
    periods_ahead         smallint check (periods_ahead between 0 and 24),
    open_limit            integer check (open_limit >= 1),
    least_days_to_pay     integer check (least_days_to_pay >= 0),
    fine_basis_points     integer check (fine_basis_points between 0 and 200),
    interest_basis_points integer check (interest_basis_points between 0 and 100),
    discount_cents        bigint check (discount_cents >= 0),
    discount_days         integer check (discount_days >= 0)
);

-- What a contract costs from a day on; only contracts whose plan or own price has changed have any, and then the one that
-- held before, too.
create table contract_price (
    contract_id bigint not null references contract,
    from_day    date   not null,
    plan_id     bigint not null references plan,
    list_cents  bigint not null,                     -- the plan's price when this was written
    own_cents   bigint,                              -- the contract's own; null: the plan's
    primary key (contract_id, from_day)
);

alter table receivable
    add column fine_basis_points     smallint,       -- null: as the contract's rules say
    add column interest_basis_points smallint,
    -- Of generated ones: the first covered day when it was generated, the whole period, plan and list price at issue, and
    -- what it charges for its own days.
    add column generated_for  date,
    add column period_first   date,
    add column period_last    date,
    add column plan_id        bigint,
    add column list_cents     bigint,
    add column own_cents      bigint,
    add column replaces_id    bigint,                -- written in the place of that one
    add column replaced_by_id bigint,
    add column withdrawn      boolean not null default false; -- the contract had ended: its days may be billed again

-- Whatever is killed, repeated or done at once: a contract has one receivable of a period, or of each part of it.
create unique index receivable_generated on receivable (contract_id, generated_for)
    where generated_for is not null and replaced_by_id is null and not withdrawn;

-- What a receivable makes up for another one, that a plan change, a pause or an exemption has made too dear or too cheap.
create table receivable_adjustment (
    receivable_id bigint not null references receivable,
    adjusts_id    bigint not null references receivable,
    cents         bigint not null check (cents <> 0), -- less than 0: to the customer's credit
    why           text   not null check (why in ('PLAN_CHANGE', 'PAUSE', 'EXEMPTION', 'CONTRACT_END')),
    primary key (receivable_id, adjusts_id)
);
create index receivable_adjustment_adjusts on receivable_adjustment (adjusts_id);
