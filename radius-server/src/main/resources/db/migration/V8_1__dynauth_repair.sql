-- What an unanswered request may have done, how often records contradicted an acknowledgement, what records tell of a
-- session's level, and rules of repair by NAS.

-- The strictest level to which a CoA without an answer may have brought the session since it was acknowledged.
alter table session_target add column perhaps_level text check (perhaps_level in ('ACTIVE', 'REDUCED', 'BLOCKED'));
-- Since the target was set.
alter table session_target add column contradictions integer not null default 0;

-- Pool, filter and list as the last record told them, a line each: "11=garden".
alter table session add column told text;

-- Null: as the vendor's profile says, then the settings. coa_attempts stays for nodes of the release before; it is one
-- more than nak_retries and timeout_retries where these are null.
alter table nas_dynauth
    add column backoff_seconds          integer check (backoff_seconds between 1 and 300),
    add column breaker_after            integer check (breaker_after between 1 and 100),
    add column breaker_pause_seconds    integer check (breaker_pause_seconds between 2 and 600),
    add column nak_retries              integer check (nak_retries between 0 and 19),
    add column nak_disconnect           boolean,
    add column nak_alert                boolean,
    add column timeout_retries          integer check (timeout_retries between 0 and 19),
    add column timeout_disconnect       boolean,
    add column timeout_alert            boolean,
    add column contradiction_retries    integer check (contradiction_retries between 0 and 19),
    add column contradiction_disconnect boolean,
    add column contradiction_alert      boolean;
