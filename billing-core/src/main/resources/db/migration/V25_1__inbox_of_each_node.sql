-- Each node that has an inbox looks into it by a job of its own, scan-inbox-1 and so on; the one of all is planned no more.
delete from scheduled_tasks where task_name = 'scan-inbox';
delete from job_run where job = 'scan-inbox';
delete from job where name = 'scan-inbox';
