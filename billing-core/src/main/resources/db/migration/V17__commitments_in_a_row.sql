-- What a commitment rests on goes with it: it is always read and written with it, and a run writes tens of thousands at
-- once. Receivables are never deleted, and whoever writes a commitment holds its contract.

alter table commitment add column receivable_ids bigint[] not null default '{}';

update commitment c
   set receivable_ids = array(select r.receivable_id from commitment_receivable r
                               where r.contract_id = c.contract_id
                               order by r.receivable_id);

drop table commitment_receivable;
