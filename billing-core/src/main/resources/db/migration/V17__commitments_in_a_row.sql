-- What a commitment rests on goes with it: it is always read and written with it, and a run writes tens of thousands at
-- once. Receivables are never deleted, and whoever writes a commitment holds its contract.

alter table commitment add column receivable_ids bigint[] not null default '{}';

update commitment c
   set receivable_ids = array(select r.receivable_id from commitment_receivable r
                               where r.contract_id = c.contract_id
                               order by r.receivable_id);

drop table commitment_receivable;

-- Nodes of the release before go on reading and writing it while they are upgraded one after the other. To be dropped by
-- a release that need not serve beside that one.
create view commitment_receivable as
    select c.contract_id, r.receivable_id
      from commitment c cross join lateral unnest(c.receivable_ids) r (receivable_id);

create function commitment_receivable_written() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        update commitment set receivable_ids = array_append(receivable_ids, new.receivable_id)
         where contract_id = new.contract_id and new.receivable_id <> all (receivable_ids);
        return new;
    end if;
    update commitment set receivable_ids = array_remove(receivable_ids, old.receivable_id)
     where contract_id = old.contract_id;
    return old;
end
$$;

create trigger commitment_receivable_written instead of insert or delete on commitment_receivable
    for each row execute function commitment_receivable_written();
