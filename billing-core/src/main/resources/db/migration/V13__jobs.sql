-- What runs by itself, once across all nodes.

-- db-scheduler's own table: when each job runs next, and which node has taken it. Ours says what came of it.
create table scheduled_tasks (
    task_name            text        not null,
    task_instance        text        not null,
    task_data            bytea,
    execution_time       timestamptz not null,
    picked               boolean     not null,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures integer,
    last_heartbeat       timestamptz,
    version              bigint      not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);

create table job (
    name            text primary key check (name ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'),
    failures        integer not null default 0,     -- in a row, up to now
    last_success_at timestamptz,                    -- when its last run that succeeded began
    triggered_at    timestamptz,                    -- asked for by hand and not begun yet
    triggered_by    text,
    paused_at       timestamptz,                    -- does not run by itself while set
    paused_by       text,
    pause_reason    text,
    check ((triggered_at is null) = (triggered_by is null)),
    check ((paused_at is null) = (paused_by is null) and (paused_at is null) = (pause_reason is null))
);

-- A run that had nothing to do takes the place of the one before it that had nothing to do.
create table job_run (
    id           bigint generated always as identity primary key,
    job          text        not null references job,
    node         integer     not null,
    begun_at     timestamptz not null,
    ended_at     timestamptz,
    triggered_by text,                              -- null: its schedule
    -- STOPPED: by its daemon's stop; LOST: its node was killed or lost the database.
    outcome      text        not null check (outcome in ('RUNNING', 'DONE', 'FAILED', 'STOPPED', 'LOST')),
    count_names  text[]      not null default '{}',
    counts       bigint[]    not null default '{}',
    error        text,
    check (cardinality(count_names) = cardinality(counts)),
    check ((outcome = 'RUNNING') = (ended_at is null))
);
create index job_run_job on job_run (job, id);
