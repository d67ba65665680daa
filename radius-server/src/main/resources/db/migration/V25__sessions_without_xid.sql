-- Which transaction wrote a session last stands in session_written since V16.4. Nobody reads or writes the column any more, and
-- the release before that was never published: there is none to run beside this one.
alter table session drop column xid;
