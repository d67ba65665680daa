-- For what a run of a job left something undone, in words.
alter table job_run add column waits_for text;
