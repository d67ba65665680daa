-- Who may have a session, from where, and with which address.

alter table plan
    add column simultaneous_policy text not null default 'REPLACE_SAME_LINE'
        check (simultaneous_policy in ('REFUSE', 'REPLACE_OLDEST', 'REPLACE_SAME_LINE'));

alter table access_policy_version
    -- What a login gets that is used from where its locks do not let it.
    add column lock_violated_as text not null default 'REJECT' check (lock_violated_as in ('GARDEN', 'REJECT'));

alter table subscriber
    -- Null: as the plan says.
    add column simultaneous_sessions integer check (simultaneous_sessions between 1 and 1000),
    add column simultaneous_policy text
        check (simultaneous_policy in ('REFUSE', 'REPLACE_OLDEST', 'REPLACE_SAME_LINE')),
    add column mac_lock text not null default 'OFF' check (mac_lock in ('OFF', 'LEARN', 'FIXED')),
    add column locked_mac text check (locked_mac ~ '^[0-9a-f]{12}$'), -- null with LEARN: not learnt yet
    add column locked_nas_ids bigint[] not null default '{}',
    add column locked_region text,
    add column locked_port text,                     -- NAS-Port-Id
    add column circuit_lock boolean not null default false,
    add check ((mac_lock = 'FIXED') <= (locked_mac is not null)),
    add check (mac_lock <> 'OFF' or locked_mac is null),
    add check (not circuit_lock or circuit_id is not null);

-- Addresses that we assign ourselves. A unit is what one session gets: an IPv4 address, or a prefix of unit_length.
create table address_pool (
    id             bigint generated always as identity primary key,
    version        bigint  not null default 1,
    name           text    not null unique check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$'),
    family         text    not null check (family in ('IPV4', 'IPV6_PREFIX', 'DELEGATED_IPV6_PREFIX')),
    unit_length    integer not null check (unit_length between 1 and 128),
    when_exhausted text    not null default 'NAS_ASSIGNS' check (when_exhausted in ('NAS_ASSIGNS', 'REJECT')),
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    check ((family = 'IPV4') = (unit_length = 32))
);

-- Addresses from first to last, all of them. No two ranges that are not excluded overlap, whatever their pools.
create table address_range (
    pool_id    bigint  not null references address_pool on delete cascade,
    first      inet    not null,
    last       inet    not null,
    excluded   boolean not null,                     -- not to be assigned: a gateway, a server
    primary key (pool_id, first, last),
    check (first <= last),
    check (family(first) = family(last))
);

-- A part of a pool, in the hands of one node or of none.
create table address_block (
    pool_id      bigint  not null references address_pool on delete cascade,
    first        inet    not null,                   -- the first unit
    units        integer not null check (units > 0),
    node         smallint,
    -- By the clock of this database. A node that lives extends it; long after it another may take the block.
    leased_until timestamptz,
    primary key (pool_id, first),
    check ((node is null) = (leased_until is null))
);
create index address_block_node on address_block (node);

-- A unit that has ever left its block: a node writes the row before it may hand the unit to anybody.
create table address_lease (
    pool_id       bigint not null references address_pool on delete cascade,
    address       inet   not null,                   -- first address of the unit
    block         inet   not null,
    subscriber_id bigint,                            -- who had it last; null: perhaps nobody yet
    primary key (pool_id, address)
);
create index address_lease_block on address_lease (pool_id, block);
create index address_lease_subscriber on address_lease (subscriber_id);
