-- Who may use the API, what was done with it, and which writes were answered already.
--
-- Instants are given by the application's clock, as in the other migrations.

create table access_token (
    id           bigint generated always as identity primary key,
    -- SHA-256 of the token: 256 random bits need no salt and no slow hash. The token itself is nowhere.
    hash         bytea       not null unique check (length(hash) = 32),
    name         text        not null check (length(name) between 1 and 100), -- the person or job; may have several
    role         text        not null check (role in ('VIEWER', 'NOC', 'NOC_SUPERVISOR', 'BILLING', 'ADMIN')),
    created_at   timestamptz not null,
    created_by   text        not null,
    expires_at   timestamptz not null check (expires_at > created_at),
    revoked_at   timestamptz,
    revoked_by   text,
    last_used_on date,                               -- UTC; coarse, so that a request is not a write
    check ((revoked_at is null) = (revoked_by is null))
);

create table audit_log (
    id       bigint generated always as identity primary key,
    at       timestamptz not null,
    actor    text        not null,
    token_id bigint references access_token,         -- null: the daemon itself or its command line
    source   text,                                   -- the address it came from, when it came from a network
    action   text        not null,
    subject  text        not null,
    before   jsonb,
    after    jsonb
);
create index audit_log_subject on audit_log (subject, id);
create index audit_log_actor on audit_log (actor, id);

-- One seal an entry, in the order of commits: hash = SHA-256(hash of the seal before ‖ the entry's text). Who changes,
-- removes or slips in an entry must make every later seal anew, and the newest one is noted outside (see the log and
-- GET /api/v1/audit/verification).
create table audit_seal (
    position bigint primary key check (position >= 1),
    audit_id bigint not null unique references audit_log,
    hash     bytea  not null check (length(hash) = 32)
);

create function audit_text(entry audit_log) returns text
    language sql stable
as $$
    select jsonb_build_array(
        entry.id, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.actor, entry.token_id,
        entry.source, entry.action, entry.subject, entry.before, entry.after)::text
$$;

create function seal_audit() returns trigger
    language plpgsql
as $$
declare
    last audit_seal;
begin
    -- Runs at commit, so the lock is held for the commit alone and is the last one that a transaction takes.
    perform pg_advisory_xact_lock(hashtextextended('catraca audit_seal', 0));
    select * into last from audit_seal order by position desc limit 1;
    insert into audit_seal (position, audit_id, hash)
    values (coalesce(last.position, 0) + 1, new.id,
            sha256(coalesce(last.hash, ''::bytea) || convert_to(audit_text(new), 'UTF8')));
    return null;
end
$$;

create constraint trigger audit_log_sealed
    after insert on audit_log
    deferrable initially deferred
    for each row execute function seal_audit();

create function refuse_audit_change() returns trigger
    language plpgsql
as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_audit_change();
create trigger audit_seal_append_only before update or delete or truncate on audit_seal
    for each statement execute function refuse_audit_change();

-- The answers to writes that carried an Idempotency-Key, committed with the write itself.
create table idempotency_key (
    token_id     bigint      not null references access_token,
    key          text        not null check (length(key) between 1 and 200),
    request_hash bytea       not null check (length(request_hash) = 32), -- keyed by the token: bodies hold secrets
    status       integer,                            -- this and the next three: null only inside the write
    location     text,
    etag         text,
    body         text,
    at           timestamptz not null,
    primary key (token_id, key)
);
create index idempotency_key_at on idempotency_key (at);
