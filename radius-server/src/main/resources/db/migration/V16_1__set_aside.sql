-- Records that were set aside can be delivered again: how often that was tried, and when for the last time.
alter table accounting_set_aside add column tries integer not null default 0;
alter table accounting_set_aside add column tried_at timestamptz;
