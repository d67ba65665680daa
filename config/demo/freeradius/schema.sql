-- The tables of FreeRADIUS 3 (PostgreSQL) and daloRADIUS that the import reads, with their usual columns.
create table radcheck (
    id bigserial primary key, username text not null default '', attribute text not null default '',
    op varchar(2) not null default '==', value text not null default '');
create table radreply (
    id bigserial primary key, username text not null default '', attribute text not null default '',
    op varchar(2) not null default '=', value text not null default '');
create table radgroupreply (
    id bigserial primary key, groupname text not null default '', attribute text not null default '',
    op varchar(2) not null default '=', value text not null default '');
create table radusergroup (
    id bigserial primary key, username text not null default '', groupname text not null default '',
    priority integer not null default 0);
create table nas (
    id bigserial primary key, nasname text not null, shortname text not null, type text not null default 'other',
    ports integer, secret text not null, server text, community text, description text);
create table radacct (
    radacctid bigserial primary key, acctsessionid text not null, acctuniqueid text not null unique, username text,
    groupname text, realm text, nasipaddress inet not null, nasportid text, nasporttype text,
    acctstarttime timestamptz, acctupdatetime timestamptz, acctstoptime timestamptz, acctinterval bigint,
    acctsessiontime bigint, acctinputoctets bigint, acctoutputoctets bigint, calledstationid text,
    callingstationid text, framedipaddress inet, framedipv6prefix inet, delegatedipv6prefix inet);
create table userinfo (
    id serial primary key, username varchar(128), firstname varchar(200), lastname varchar(200), email varchar(200),
    company varchar(200), homephone varchar(200), mobilephone varchar(200), notes varchar(200),
    creationdate timestamp);
create table userbillinfo (
    id serial primary key, username varchar(128), planname varchar(128), nextbill date, creationdate timestamp);
