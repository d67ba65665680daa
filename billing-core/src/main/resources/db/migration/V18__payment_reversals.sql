-- Reversals that payers' systems tell by the payment's external id, once each and in any order: one that comes before its
-- payment waits here, and is applied in the transaction that books the payment.
create table payment_reversal (
    id                  bigint generated always as identity primary key,
    external_id         text        not null unique,
    payment_external_id text        not null unique,
    reason              text        not null,
    told_at             timestamptz not null,
    told_by             text        not null,
    payment_id          bigint references payment,   -- null while the payment has not come
    applied_at          timestamptz,
    check ((payment_id is null) = (applied_at is null))
);
create index payment_reversal_waiting on payment_reversal (id) where payment_id is null;
create index payment_reversal_payment on payment_reversal (payment_id);
