-- What holds of news of one instant: the heavier; see ErpNewsBook.Last.
alter table erp_news add column weight smallint not null default 0;
