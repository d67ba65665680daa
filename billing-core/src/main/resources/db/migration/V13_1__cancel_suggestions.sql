-- Blocked contracts that are late for so long that their policy suggests to cancel them. A job writes the list anew each
-- day; a person cancels.
create table cancel_suggestion (
    contract_id  bigint primary key references contract,
    suggested_at timestamptz not null,              -- since when it is on the list without a break
    looked_at    timestamptz not null,
    days_late    integer     not null,
    cancel_days  integer     not null               -- the policy's threshold that it has reached
);
