-- Feeds of money that a person does not expect any more; one that is heard again is expected again.
create table retired_money_feed (
    name       text        primary key,
    reason     text        not null,
    retired_by text        not null,
    retired_at timestamptz not null
);

-- When a source was last heard, and how often before.
create index payment_source on payment (source, received_at);
