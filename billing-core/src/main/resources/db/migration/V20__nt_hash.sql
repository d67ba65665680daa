-- NT_HASH: secret holds the MD4 of the password in UTF-16LE, sealed: what PAP and MS-CHAPv2 can be checked with, CHAP not.
alter table subscriber drop constraint subscriber_credential_kind_check;
alter table subscriber add constraint subscriber_credential_kind_check
    check (credential_kind in ('RECOVERABLE', 'HASHED', 'NT_HASH', 'LINE'));
