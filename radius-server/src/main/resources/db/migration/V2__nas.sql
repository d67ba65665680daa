-- The routers that may ask us.
--
-- The shared secret goes by source address alone (RFC 2865 §5.4, §5.32), so rows with one prefix have one secret;
-- it rests sealed, so only the writer can compare. Longest prefix wins; prefixes may nest.

create table nas (
    id              bigint generated always as identity primary key,
    version         bigint  not null default 1,
    name            text    not null unique check (length(name) between 1 and 100),
    prefix          cidr    not null,
    -- Tells NASes behind one prefix apart, for vendor and policy only; null: any that no other row names.
    nas_identifier  text check (octet_length(nas_identifier) between 1 and 253),
    secret          bytea   not null,                -- sealed, never in clear
    vendor          text    not null check (length(vendor) between 1 and 50),
    region          text check (length(region) between 1 and 100),
    coa_port        integer not null default 3799 check (coa_port between 1 and 65535),
    message_authenticator text not null default 'AUTO' check (message_authenticator in ('ACCEPT', 'AUTO', 'REQUIRE')),
    -- AUTO requires Message-Authenticator from the first request on that had a valid one; this remembers it.
    message_authenticator_seen boolean not null default false,
    -- For equipment that drops answers which hold one; leaves its subscribers open to CVE-2024-3596.
    message_authenticator_omitted boolean not null default false,
    blocked_answer  text    not null default 'POLICY' check (blocked_answer in ('POLICY', 'GARDEN', 'REJECT')),
    ms_chap_v1_allowed     boolean not null default false,
    status_server_answered boolean not null default true,
    reject_delay_millis    integer check (reject_delay_millis between 0 and 10000), -- null: the vendor profile's
    created_at      timestamptz not null,
    updated_at      timestamptz not null
);
create unique index nas_prefix_identifier on nas (prefix, coalesce(nas_identifier, ''));
