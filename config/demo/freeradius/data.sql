-- An ISP of a few logins: one that pays, one that is blocked, one with a crypt hash, one with an NT hash alone, one that
-- nobody can check.
insert into radcheck (username, attribute, op, value) values
    ('maria', 'Cleartext-Password', ':=', 'maria-secret'),
    ('maria', 'Simultaneous-Use', ':=', '2'),
    ('jose', 'Cleartext-Password', ':=', 'jose-secret'),
    ('jose', 'Calling-Station-Id', '==', '00-11-22-AA-BB-CC'),
    ('paula', 'Crypt-Password', ':=', '$1$catraca$7QXNDET9.ytW1BXSWZMO11'),
    ('nina', 'NT-Password', ':=', '0x8342F9ACC20BA22B0E9725A869BBFBDD'),
    ('rui', 'MD5-Password', ':=', '098f6bcd4621d373cade4e832627b4f6');
insert into radreply (username, attribute, op, value) values
    ('maria', 'Framed-IP-Address', '=', '198.51.100.20'),
    ('maria', 'Mikrotik-Rate-Limit', '=', '50M/300M');
insert into radusergroup (username, groupname, priority) values
    ('maria', 'Fibra 300', 1), ('jose', 'Fibra 300', 1), ('jose', 'bloqueados', 0), ('paula', 'Fibra 300', 1),
    ('nina', 'Fibra 300', 1), ('rui', 'Fibra 300', 1);
insert into nas (nasname, shortname, type, secret) values
    ('203.0.113.9', 'bras-import', 'mikrotik', 'a-long-enough-secret');
insert into radacct (acctsessionid, acctuniqueid, username, nasipaddress, nasportid, acctstarttime, acctstoptime,
        acctinputoctets, acctoutputoctets, callingstationid, framedipaddress) values
    ('8100001a', 'u-1', 'maria', '203.0.113.9', 'ether1', '2026-11-20 10:00:00-03', null, 1000, 2000,
        '00:11:22:33:44:55', '198.51.100.20'),
    ('8100001b', 'u-2', 'jose', '203.0.113.9', 'ether1', '2026-11-19 10:00:00-03', '2026-11-19 11:00:00-03', 1, 2,
        null, null);
insert into userinfo (username, firstname, lastname, email, mobilephone, notes, creationdate) values
    ('maria', 'Maria', 'da Conceição', 'maria@example.com', '+55 11 90000-0002', '529.982.247-25', '2024-05-01'),
    ('jose', 'José', 'Silva', null, null, '390.533.447-05', '2024-06-01'),
    ('paula', 'Paula', 'Souza', null, null, '529.982.247-25', '2024-07-01'),
    ('nina', 'Nina', 'Rocha', null, null, '390.533.447-05', '2024-07-15'),
    ('rui', 'Rui', 'sem CPF', null, null, null, '2024-08-01');
insert into userbillinfo (username, planname, nextbill, creationdate) values
    ('maria', 'Fibra 300', '2026-12-10', '2024-05-01'),
    ('jose', 'Fibra 300', '2026-09-10', '2024-06-01');
