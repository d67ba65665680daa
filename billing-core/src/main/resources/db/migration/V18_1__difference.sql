-- How far money is from what was asked for, interest and fine left out: below 0 it is short. Null: not matched, matched to a
-- contract as a whole, or booked before this column.
alter table incoming_payment add column difference_cents bigint;
