-- Who holds a token: where two persons are needed, a job is neither of them. Tokens of before are taken for jobs',
-- which is what they could do then; a person gets a new one.
alter table access_token
    add column holder text not null default 'JOB' check (holder in ('PERSON', 'JOB'));
