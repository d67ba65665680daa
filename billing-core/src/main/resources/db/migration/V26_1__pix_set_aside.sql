-- Elements of Pix notifications that could not be read: kept as they were told, for a person. The others of the same
-- notification are booked, and it is answered as taken: its sender would repeat the same for ever.
create table pix_set_aside (
    id           bigint generated always as identity primary key,
    version      bigint      not null default 1,
    agreement_id bigint      not null references bank_agreement,
    element      text        not null,               -- JSON, cut when it is very long
    sha256       bytea       not null check (length(sha256) = 32), -- of the whole element: told again it is the same
    member       text        not null,               -- what is wrong, as a JSON pointer within the element
    expected     text        not null,
    told_at      timestamptz not null,
    settled_at   timestamptz,                        -- a person has seen to it
    settled_by   text,
    settle_reason text,
    unique (agreement_id, sha256)
);
create index pix_set_aside_open on pix_set_aside (id) where settled_at is null;
