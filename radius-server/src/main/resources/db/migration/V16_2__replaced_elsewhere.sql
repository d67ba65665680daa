-- Sessions that a later one replaced at a NAS to which another node sends: that node takes them from here and ends them.
create table replaced_session (
    session_id bigint      primary key,
    nas_id     bigint      not null,
    at         timestamptz not null
);
