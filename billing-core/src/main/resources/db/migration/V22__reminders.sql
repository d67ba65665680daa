-- Whether a policy version takes what was sent before day 0 of a debt for a notice of it.

alter table access_policy_version
    add column notice_reminders_count boolean not null default false;
