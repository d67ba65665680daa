-- What a write would make lapse on time, at which midnight the clock may do it, and to which level it is held until then.

alter table contract_facts
    add column lapse_held_until_day integer,
    add column lapse_held_level text;
alter table contract_facts_history
    add column lapse_held_until_day integer,
    add column lapse_held_level text;
