-- What an ERP's news may not do twice, or by the back door.

-- Whether the oldest due date came with the status "blocked": then "active" takes it back.
alter table contract add column erp_by_status boolean not null default false;
alter table tightening_proposal_row add column by_status boolean not null default false;

-- A login that moves to a contract with a stricter answer is a tightening, too.
alter table mass_act drop constraint mass_act_kind_check;
alter table mass_act
    add constraint mass_act_kind_check
        check (kind in ('CANCEL', 'PAUSE', 'MANUAL_BLOCK', 'DELETE', 'PAID_UNTIL', 'MOVE'));
alter table mass_allowance drop constraint mass_allowance_kind_check;
alter table mass_allowance
    add constraint mass_allowance_kind_check
        check (kind in ('CANCEL', 'PAUSE', 'MANUAL_BLOCK', 'DELETE', 'PAID_UNTIL', 'MOVE'));
alter table tightening_proposal drop constraint tightening_proposal_kind_check;
alter table tightening_proposal
    add constraint tightening_proposal_kind_check check (kind in ('CANCEL', 'PAUSE', 'DELETE', 'PAID_UNTIL', 'MOVE'));
alter table tightening_proposal_row
    add column target_contract_id bigint references contract; -- of a login that would move

-- Rows that were approved, and not written within a day.
alter table tightening_proposal_row drop constraint tightening_proposal_row_drop_reason_check;
alter table tightening_proposal_row
    add constraint tightening_proposal_row_drop_reason_check
        check (drop_reason in ('TOLD_OTHERWISE_SINCE', 'NO_LONGER_POSSIBLE', 'DECLINED', 'EXPIRED'));

-- Contracts that had a commitment once, of a run or adopted: a repeated cut-over adopts none for them.
create table first_commitment (
    contract_id  bigint primary key references contract on delete cascade,
    committed_at timestamptz not null
);
insert into first_commitment (contract_id, committed_at)
select contract_id, min(committed_at) from (
    select contract_id, committed_at from commitment
    union all
    select w.contract_id, r.commit_started_at from access_run_row w join access_run r on r.id = w.run_id
     where w.outcome = 'COMMITTED' and r.commit_started_at is not null) c
 group by contract_id;
