-- Commitments of a system of before, adopted en masse, wait for a second person.
alter table tightening_proposal drop constraint tightening_proposal_kind_check;
alter table tightening_proposal
    add constraint tightening_proposal_kind_check
        check (kind in ('CANCEL', 'PAUSE', 'DELETE', 'PAID_UNTIL', 'MOVE', 'ADOPT'));
alter table tightening_proposal_row
    add column level text check (level in ('REDUCED', 'BLOCKED')); -- that would be adopted
