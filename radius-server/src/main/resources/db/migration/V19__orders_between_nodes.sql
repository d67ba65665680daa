-- What people want of sessions of NASes to which another node sends: that node takes it from here and tells here what
-- became of it, and the node that was asked takes that away. An order that nobody takes is over after minutes.
create table dynauth_order (
    id           uuid        primary key,
    session_id   bigint      not null,
    nas_id       bigint      not null,
    method       text        not null check (method in ('COA', 'DISCONNECT')),
    alone        boolean     not null,                -- false: one of many, which wait among the restrictions
    asked_by     text        not null,
    asked_at     timestamptz not null,
    asked_node   text        not null,
    taken_node   text,
    outcome      text check (outcome in ('SENT', 'NO_SUCH_SESSION', 'TOO_MANY', 'NOTHING_TO_SEND')),
    attempted_at timestamptz                          -- of SENT: which row of dynauth_attempt closes it
);
create index dynauth_order_open on dynauth_order (nas_id, asked_at) where outcome is null;
create index dynauth_order_asked on dynauth_order (asked_node, asked_at);
