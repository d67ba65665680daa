-- Numbers of bank files that a person does not expect any more, and numbering that begins anew.

-- From a file on, in the order of the bank's days, numbers begin anew: what came before has nothing to do with them.
create table bank_file_restart (
    id           bigint generated always as identity primary key,
    agreement_id bigint      not null references bank_agreement on delete cascade,
    from_file_id bigint      not null unique references bank_file on delete cascade,
    starts_at    bigint      not null,               -- the first number; those from it to the file's are expected
    reason       text        not null,
    declared_by  text        not null,
    declared_at  timestamptz not null
);
create index bank_file_restart_agreement on bank_file_restart (agreement_id);

create table accepted_file_gap (
    id           bigint generated always as identity primary key,
    agreement_id bigint      not null references bank_agreement on delete cascade,
    restart_id   bigint references bank_file_restart on delete cascade, -- of which numbering; null: the first
    first        bigint      not null,
    last         bigint      not null check (last >= first),
    reason       text        not null,
    accepted_by  text        not null,
    accepted_at  timestamptz not null
);
create index accepted_file_gap_agreement on accepted_file_gap (agreement_id);

-- Of which numbering each file is.
create view numbered_bank_file as
select b.id, b.agreement_id, b.sequence, b.received_at,
       (select r.id
          from bank_file_restart r
          join bank_file f on f.id = r.from_file_id
         where r.agreement_id = b.agreement_id
           and case when b.created_on is null or f.created_on is null or b.created_on = f.created_on
                    then b.id >= f.id
                    else b.created_on > f.created_on end
         order by r.id desc
         limit 1) as restart_id
  from bank_file b
 where b.state = 'IMPORTED' and b.sequence is not null;

-- Numbers between two files that came, the later one within 60 days before the agreement's last file: longer ago the
-- payers have shown their receipts, or were charged again.
create view bank_file_missing as
with known as (
    select agreement_id, restart_id, sequence, min(received_at) as received_at
      from numbered_bank_file
     group by agreement_id, restart_id, sequence
     union all
    select agreement_id, id, starts_at - 1, declared_at from bank_file_restart),
followed as (
    select agreement_id, restart_id, sequence,
           lead(sequence) over numbering as next, lead(received_at) over numbering as next_at,
           max(received_at) over (partition by agreement_id) as last_at
      from known
    window numbering as (partition by agreement_id, restart_id order by sequence)),
gaps as (
    select agreement_id, restart_id, range_agg(int8range(sequence + 1, next)) as gaps
      from followed
     where next > sequence + 1 and next_at > last_at - interval '60 days'
     group by agreement_id, restart_id)
select g.agreement_id, g.restart_id, m.missing
  from gaps g
 cross join lateral unnest(g.gaps - coalesce(
       (select range_agg(int8range(a.first, a.last, '[]'))
          from accepted_file_gap a
         where a.agreement_id = g.agreement_id and a.restart_id is not distinct from g.restart_id),
       '{}'::int8multirange)) as m (missing);

create or replace view bank_agreement_news as
select a.id as agreement_id, a.name, a.kind, a.daily,
       f.last_file_id,
       (select max(n.sequence)
          from numbered_bank_file n
         where n.agreement_id = a.id
           and n.restart_id is not distinct from
               (select max(r.id) from bank_file_restart r where r.agreement_id = a.id)) as last_sequence,
       f.covers_until, f.last_file_at,
       coalesce((select sum(upper(m.missing) - lower(m.missing))::bigint
                   from bank_file_missing m
                  where m.agreement_id = a.id), 0) as missing_sequences,
       (select max(i.received_at) from incoming_payment i where i.agreement_id = a.id) as last_payment_at
  from bank_agreement a
  left join lateral (
       select max(b.id) as last_file_id, max(b.covers_until) as covers_until, max(b.received_at) as last_file_at
         from bank_file b
        where b.agreement_id = a.id and b.state = 'IMPORTED') f on true;
