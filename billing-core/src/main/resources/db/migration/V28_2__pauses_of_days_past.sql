-- A pause that begins before the day on which it is entered lets a debt through, as a postponed due date does.
alter table debt_relief drop constraint debt_relief_kind_check;
alter table debt_relief
    add constraint debt_relief_kind_check check (kind in ('POSTPONED', 'PAID_BY_HAND', 'PAUSED')),
    add column pause_id bigint references pause,
    add check ((kind = 'PAUSED') = (pause_id is not null));
