-- Money that comes in from banks: agreements, charges (boletos, Pix), files, what they told, what nobody could match yet,
-- and what a payment changed.

-- One stream of news of money: a bank's billing agreement, a Pix key's webhook, a CSV of a payment provider.
create table bank_agreement (
    id          bigint generated always as identity primary key,
    version     bigint      not null default 1,
    name        text        not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,59}$'), -- a folder bears it
    kind        text        not null check (kind in ('CNAB', 'CSV', 'PIX')),
    layout      text,                                -- of CNAB: a bank layout's name, such as 237-cnab400
    number      text,                                -- as the bank writes it into its headers; null: not compared
    whole_files boolean     not null default false,  -- a file with a fault pays nothing at all
    daily       boolean     not null default true,   -- news is expected for every banking day
    -- Of CSV: which column means what ("paid-on=Data do pagamento"), between what, and how days and amounts are written.
    csv_columns text[],
    csv_delimiter text check (length(csv_delimiter) = 1),
    csv_days    text,
    csv_decimal_comma boolean,
    webhook     text check (webhook in ('HMAC', 'SECRET')), -- of Pix: how a notification proves where it comes from
    secret      bytea,                               -- sealed
    created_at  timestamptz not null,
    check ((kind = 'CNAB') = (layout is not null)),
    check ((kind = 'CSV') = (csv_columns is not null)),
    check ((kind = 'CSV') = (csv_delimiter is not null)),
    check ((kind = 'CSV') = (csv_days is not null)),
    check ((kind = 'CSV') = (csv_decimal_comma is not null)),
    check ((kind = 'PIX') = (webhook is not null)),
    check ((kind = 'PIX') = (secret is not null))
);

-- What a customer was given to pay by: a boleto, a Pix charge or both. It may settle receivables of several contracts.
create table charge (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    agreement_id bigint      not null references bank_agreement,
    our_number   text check (our_number ~ '^[1-9A-Z][0-9A-Z]{0,24}$'), -- nosso número without leading zeros
    txid         text check (txid ~ '^[A-Za-z0-9]{1,35}$'),
    created_at   timestamptz not null,
    created_by   text        not null,
    unique (agreement_id, our_number),
    check (our_number is not null or txid is not null)
);
create unique index charge_txid on charge (txid);    -- unique for the receiver (BACEN), whichever key it comes to

create table charge_receivable (
    charge_id     bigint not null references charge,
    receivable_id bigint not null references receivable,
    primary key (charge_id, receivable_id)
);
create index charge_receivable_receivable on charge_receivable (receivable_id);

create table bank_file (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    agreement_id bigint      not null references bank_agreement,
    name         text        not null,
    sha256       bytea       not null check (length(sha256) = 32),
    octets       bigint      not null,
    state        text        not null check (state in ('IMPORTING', 'IMPORTED', 'REFUSED')),
    sequence     bigint,                             -- null: the format has none
    created_on   date,                               -- by the bank, as the header says
    covers_until date,                               -- the last banking day whose payments it tells
    order_found  text check (order_found in ('FIRST', 'NEXT', 'GAP', 'REPEATED', 'LATE')),
    refusal      text,
    lines        bigint      not null default 0,
    paid         integer     not null default 0,     -- movements booked by this file
    repeated     integer     not null default 0,     -- booked before, by another file
    unmatched    integer     not null default 0,
    other        integer     not null default 0,     -- movements that are no money
    faulty       integer     not null default 0,
    paid_cents   bigint      not null default 0,     -- all the money it tells, booked now or before
    received_at  timestamptz not null,
    received_by  text        not null,
    progress_at  timestamptz not null,               -- an import that stands still may be taken up by another
    ended_at     timestamptz
);
-- A file that was refused may come again, mended or not.
create unique index bank_file_once on bank_file (agreement_id, sha256) where state <> 'REFUSED';
create index bank_file_sequence on bank_file (agreement_id, sequence);

-- What is wrong with a file, the first ones of it.
create table bank_file_fault (
    file_id  bigint not null references bank_file on delete cascade,
    ordinal  integer not null,
    line     bigint not null,
    field    text   not null,
    expected text   not null,
    found    text   not null,
    primary key (file_id, ordinal)
);

-- What a file tells, by the bank's code.
create table bank_file_code (
    file_id bigint  not null references bank_file on delete cascade,
    code    text    not null,
    meaning text    not null,
    pays    boolean not null,
    lines   integer not null,
    cents   bigint  not null,
    primary key (file_id, code)
);

-- A Pix notification as it was told, kept before anybody is answered. A refund (devolução) is one of its own.
create table pix_notice (
    id             bigint generated always as identity primary key,
    agreement_id   bigint      not null references bank_agreement,
    end_to_end_id  text        not null check (length(end_to_end_id) between 1 and 100),
    refund_id      text        not null default '',  -- '': the Pix itself
    amount_cents   bigint      not null check (amount_cents > 0),
    txid           text,
    paid_at        timestamptz not null,
    payer_tax_id   text,
    payer_name     text,
    received_at    timestamptz not null,
    state          text        not null default 'NEW' check (state in ('NEW', 'DONE', 'FAILED')),
    attempts       integer     not null default 0,
    fault          text,
    unique (end_to_end_id, refund_id)
);
create index pix_notice_open on pix_notice (id) where state <> 'DONE';

-- Money that somebody outside has told us of, once each. What it pays are payments.
create table incoming_payment (
    id            bigint generated always as identity primary key,
    version       bigint      not null default 1,
    external_id   text        not null unique,
    agreement_id  bigint      not null references bank_agreement,
    file_id       bigint references bank_file,
    line          bigint,
    source        text        not null check (source in ('cnab', 'csv', 'pix')),
    our_number    text,
    txid          text,
    document      text,
    payer_tax_id  text,
    payer_name    text,
    amount_cents  bigint      not null check (amount_cents > 0),
    charges_cents bigint      not null default 0 check (charges_cents between 0 and amount_cents), -- interest and fine
    refunded_cents bigint     not null default 0,
    paid_on       date        not null,
    received_at   timestamptz not null,
    received_by   text        not null,
    state         text        not null check (state in ('MATCHED', 'UNMATCHED', 'DISMISSED', 'REFUNDED')),
    why           text check (why in ('NO_CHARGE', 'UNKNOWN_NUMBER', 'FAILED')), -- why nobody could match it
    decided_at    timestamptz,                       -- by a person, when it was assigned or dismissed
    decided_by    text,
    decide_reason text,
    check ((file_id is null) = (line is null))
);
create index incoming_payment_file on incoming_payment (file_id, line);
create index incoming_payment_day on incoming_payment (agreement_id, paid_on);
create index incoming_payment_open on incoming_payment (id) where state = 'UNMATCHED';

alter table payment
    add column incoming_id bigint references incoming_payment,
    -- Of the amount, what is interest and fine: it never becomes credit.
    add column charges_cents bigint not null default 0 check (charges_cents between 0 and amount_cents);
create index payment_incoming on payment (incoming_id) where incoming_id is not null;
-- What was left of earlier payments was no credit when it came in.
update payment p
   set charges_cents = p.amount_cents
       - coalesce((select sum(a.cents) from payment_allocation a where a.payment_id = p.id), 0);

-- What booking or reversing a payment did to its contract's access, in the same transaction.
create table payment_effect (
    id             bigint generated always as identity primary key,
    payment_id     bigint      not null references payment,
    what           text        not null check (what in ('BOOKED', 'REVERSED')),
    contract_id    bigint      not null references contract,
    at             timestamptz not null,
    facts_before   bigint      not null,             -- version of the contract's facts
    facts_after    bigint      not null,
    paid_until_before date,
    paid_until_after  date,
    late_since_before date,
    late_since_after  date,
    computed_before text       not null,
    computed_after  text       not null,
    committed_before text      not null,
    committed_after  text      not null,
    effective_before text      not null,
    effective_after  text      not null,
    feed_id        bigint      not null              -- the entry that told every node; kept there for a day
);
create index payment_effect_payment on payment_effect (payment_id);
create index payment_effect_contract on payment_effect (contract_id, id);

-- A customer's word, with a receipt, that it was paid: runs leave the contract alone for a while.
create table payment_claim (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    contract_id  bigint      not null references contract,
    amount_cents bigint      not null check (amount_cents > 0),
    paid_on      date        not null,
    receipt      text        not null,               -- what it says: an authentication code, an endToEndId, a file's name
    claimed_by   text        not null,
    claimed_at   timestamptz not null,
    holds_until  timestamptz not null check (holds_until > claimed_at),
    ended_at     timestamptz,                        -- before that: the claim was false, or the money came
    ended_by     text,
    end_reason   text
);
create index payment_claim_contract on payment_claim (contract_id, claimed_at);

-- For the guards of access runs --------------------------------------------------------------------------------------

-- How fresh the news of each agreement is. Sequences that are missing between the first and the last are a gap.
create view bank_agreement_news as
select a.id as agreement_id, a.name, a.kind, a.daily,
       f.last_file_id, f.last_sequence, f.covers_until, f.last_file_at,
       coalesce(f.missing, 0) as missing_sequences,
       (select max(i.received_at) from incoming_payment i where i.agreement_id = a.id) as last_payment_at
  from bank_agreement a
  left join lateral (
       select max(b.id) as last_file_id,
              max(b.sequence) as last_sequence,
              max(b.covers_until) as covers_until,
              max(b.received_at) as last_file_at,
              max(b.sequence) - min(b.sequence) + 1 - count(distinct b.sequence) as missing
         from bank_file b
        where b.agreement_id = a.id and b.state = 'IMPORTED') f on true;

-- Money by agreement and day of payment, refunds taken off.
create view received_by_day as
select agreement_id, paid_on, count(*) as payments, sum(amount_cents - refunded_cents)::bigint as cents
  from incoming_payment
 where state <> 'REFUNDED'
 group by agreement_id, paid_on;

-- Contracts that a run leaves alone because money may be on its way, with the entry that says so. A claim holds while
-- holds_until lies ahead and it was not ended: whoever reads compares with his instant.
create view money_on_its_way as
select c.id as contract_id, 'UNMATCHED_TAX_ID' as why, i.id as source_id, null::timestamptz as until
  from incoming_payment i
  join customer k on k.tax_id = i.payer_tax_id
  join contract c on c.customer_id = k.id
 where i.state = 'UNMATCHED'
union all
select r.contract_id, 'UNMATCHED_AMOUNT', i.id, null
  from incoming_payment i
  join receivable r on r.status = 'OPEN' and r.counts_for_blocking
                   and i.amount_cents in (r.nominal_cents, r.nominal_cents - r.discount_cents)
 where i.state = 'UNMATCHED'
union all
select contract_id, 'CLAIMED', id, holds_until
  from payment_claim
 where ended_at is null;
-- For the join on amounts; only what is owed.
create index receivable_open_amount on receivable (nominal_cents) where status = 'OPEN' and counts_for_blocking;
