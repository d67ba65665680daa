-- Logins that were used from where their locks do not let them, one row for each place: a modem asks for ever. At most
-- twenty of a login, and for ninety days.
create table lock_violation (
    id            bigint      generated always as identity primary key,
    subscriber_id bigint      not null,
    lock          text        not null check (lock in ('MAC', 'NAS', 'PORT', 'CIRCUIT')),
    nas_name      text        not null,
    place         text        not null,               -- all that the NAS told of it
    expected      text        not null,
    found         text,                               -- null: the NAS told nothing of the kind
    garden        boolean     not null,               -- whether it was let into the walled garden the last time
    first_at      timestamptz not null,
    last_at       timestamptz not null,
    times         bigint      not null,
    node          smallint    not null,               -- that saw it last
    unique (subscriber_id, lock, nas_name, place)
);
create index lock_violation_last_at on lock_violation (last_at);
