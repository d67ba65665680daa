-- The schedule of notices (régua), their templates and providers, what is due, and more about what was sent.

alter table customer add column language text not null default 'PT' check (language in ('PT', 'EN'));

-- Dated: of those that hold for a policy, the newest begun by the day decides; without one, that for all policies.
create table notice_schedule (
    id             bigint generated always as identity primary key,
    policy_id      bigint references access_policy,  -- null: policies without one of their own
    effective_from date        not null,
    created_at     timestamptz not null,
    created_by     text        not null
);
create table notice_step (
    schedule_id bigint  not null references notice_schedule on delete cascade,
    day_offset  integer not null check (day_offset between -60 and 365), -- from the due day, which is day 0
    channel     text    not null check (channel in ('EMAIL', 'SMS', 'WHATSAPP')),
    template    text    not null,
    primary key (schedule_id, day_offset, channel)
);

-- Every version stays: a notice that was sent names the one it was made from. Version 0 is built in and not here.
create table notice_template (
    name       text        not null check (name ~ '^[a-z][a-z0-9-]{0,49}$'),
    channel    text        not null check (channel in ('EMAIL', 'SMS', 'WHATSAPP')),
    language   text        not null check (language in ('PT', 'EN')),
    version    integer     not null check (version >= 1),
    subject    text,
    body       text        not null,
    html       text,
    created_at timestamptz not null,
    created_by text        not null,
    primary key (name, channel, language, version),
    check ((channel = 'EMAIL') = (subject is not null)),
    check (channel = 'EMAIL' or html is null)
);

-- Who carries SMS and WhatsApp: any service that takes an HTTP request for each message.
create table notice_provider (
    id          bigint generated always as identity primary key,
    version     bigint      not null default 1,
    channel     text        not null unique check (channel in ('SMS', 'WHATSAPP')),
    url         text        not null,
    method      text        not null check (method in ('POST', 'PUT')),
    content_type text       not null,
    body        text        not null,                -- a template whose values are escaped for its content type
    success     integer[]   not null,
    id_pointer  text,                                -- where its answer bears the message's id, as /messages/0/id
    active      boolean     not null,
    secret      bytea,                               -- headers with credentials, sealed
    updated_at  timestamptz not null
);

-- What is to be sent. SENDING is written before the message goes out and never retried: what it came to is not known if
-- the daemon dies then.
create table notice_due (
    id              bigint generated always as identity primary key,
    contract_id     bigint      not null references contract,
    receivable_id   bigint      not null references receivable,
    due_day         date        not null,            -- day 0
    day_offset      integer     not null,
    channel         text        not null check (channel in ('EMAIL', 'SMS', 'WHATSAPP')),
    template        text        not null,
    last_day        date        not null,            -- after it the notice makes no sense any more
    state           text        not null check (state in ('WAITING', 'SENDING', 'SENT', 'FAILED', 'DROPPED', 'UNKNOWN')),
    attempts        integer     not null default 0,
    next_attempt_at timestamptz not null,
    why             text,
    planned_at      timestamptz not null,
    changed_at      timestamptz not null,
    notice_id       bigint references notice_sent,
    -- Never twice, whatever happens to the due date.
    unique (receivable_id, day_offset, channel)
);
create index notice_due_waiting on notice_due (channel, next_attempt_at) where state = 'WAITING';
create index notice_due_sending on notice_due (changed_at) where state = 'SENDING';
create index notice_due_contract on notice_due (contract_id, id);

alter table notice_sent
    add column address          text,
    add column template         text,
    add column template_version integer,
    add column provider_id      text,
    add column outcome_at       timestamptz,         -- of an outcome told later
    add column outcome_why      text;
create index notice_sent_provider on notice_sent (provider_id) where provider_id is not null;
create index receivable_open_due on receivable (due_on) where status = 'OPEN';
