-- Money for a contract of which an ERP keeps the money is not booked here: it waits, and shields the contracts it is for.
alter table incoming_payment
    add column for_contract_ids bigint[] not null default '{}',
    drop constraint incoming_payment_why_check,
    add constraint incoming_payment_why_check
        check (why in ('NO_CHARGE', 'UNKNOWN_NUMBER', 'FAILED', 'POSSIBLE_REPETITION', 'TAKEN_BACK', 'KEPT_BY_ERP'));
