-- Money that was told twice, or may have been: the line of another file, or another way by which it was told, is named.
alter table incoming_payment
    add column repeats_id bigint references incoming_payment,    -- which it repeats; with UNMATCHED: may repeat
    add column repeats_payment_id bigint references payment,     -- what settled its bill, told by another way
    drop constraint incoming_payment_state_check,
    add constraint incoming_payment_state_check
        check (state in ('MATCHED', 'UNMATCHED', 'DISMISSED', 'REFUNDED', 'REPEATED', 'REVERSED')),
    drop constraint incoming_payment_why_check,
    add constraint incoming_payment_why_check
        check (why in ('NO_CHARGE', 'UNKNOWN_NUMBER', 'FAILED', 'POSSIBLE_REPETITION', 'TAKEN_BACK')),
    add constraint incoming_payment_repeats_check
        check (state <> 'REPEATED' or repeats_id is not null);
-- To find what says the same without a number.
create index incoming_payment_numberless on incoming_payment (agreement_id, paid_on, amount_cents)
    where our_number is null and txid is null;

-- What is told again, or may be, is no more money.
create or replace view received_by_day as
select agreement_id, paid_on, count(*) as payments, sum(amount_cents - refunded_cents)::bigint as cents
  from incoming_payment
 where state not in ('REFUNDED', 'REPEATED')
   and (why is distinct from 'POSSIBLE_REPETITION' or state not in ('UNMATCHED', 'DISMISSED'))
 group by agreement_id, paid_on;

-- Of a payment that was reversed nothing is matched any longer.
update incoming_payment i
   set state = 'REVERSED', version = version + 1
 where state = 'MATCHED'
   and exists (select 1 from payment p where p.incoming_id = i.id)
   and not exists (select 1 from payment p where p.incoming_id = i.id and p.reversed_at is null);

-- A file covers no day that was not over when it was made; one wrong day of a line said that it covered years.
update bank_file
   set covers_until = least(created_on, (received_at at time zone 'America/Sao_Paulo')::date) - 1
 where covers_until >= least(created_on, (received_at at time zone 'America/Sao_Paulo')::date);
