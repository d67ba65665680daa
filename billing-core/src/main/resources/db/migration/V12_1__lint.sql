-- What lint found: whoever looks sees the last run that ended.

create table lint_run (
    id         bigint generated always as identity primary key,
    started_by text        not null,
    started_at timestamptz not null,
    ended_at   timestamptz
);

create table lint_count (
    run_id bigint not null references lint_run on delete cascade,
    kind   text   not null,
    found  bigint not null,                          -- all, also those that were not kept one by one
    millis bigint not null,
    primary key (run_id, kind)
);

create table lint_finding (
    id          bigint generated always as identity primary key,
    run_id      bigint not null references lint_run on delete cascade,
    kind        text   not null,
    contract_id bigint,                              -- no foreign key: a finding must not stand in a contract's way
    customer_id bigint,
    facts       text[] not null                      -- name, value, name, value …
);
create index lint_finding_run on lint_finding (run_id, kind, id);
create index lint_finding_contract on lint_finding (contract_id);
