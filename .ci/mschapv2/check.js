// Authenticates by MS-CHAPv2 with other people's code: "radius" encodes the packet and verifies the reply, "chap" makes
// the NT-Response, the authenticator response (RFC 2759) and the MPPE session keys (RFC 3079) to compare ours with.
// Debian's radclient cannot do MS-CHAPv2.
//
// usage: node --openssl-legacy-provider check.js PORT SECRET LOGIN PASSWORD accept|reject
'use strict';
const crypto = require('crypto');
const dgram = require('dgram');
const radius = require('radius');
const { MSCHAPv2 } = require('chap');

const [port, secret, login, password, expected] = process.argv.slice(2);
const VENDOR_SPECIFIC = 26;
const MICROSOFT = 311;
const CHALLENGE = 11, RESPONSE = 25, SUCCESS = 26, ERROR = 2, SEND_KEY = 16, RECV_KEY = 17;

const challenge = crypto.randomBytes(16);
const peerChallenge = crypto.randomBytes(16);
const ntResponse = MSCHAPv2.GenerateNTResponse(challenge, peerChallenge, login, password);
const response = Buffer.concat([Buffer.from([7, 0]), peerChallenge, Buffer.alloc(8), ntResponse]);

const vendor = (type, value) => {
  const header = Buffer.alloc(6);
  header.writeUInt32BE(MICROSOFT, 0);
  header[4] = type;
  header[5] = value.length + 2;
  return Buffer.concat([header, value]);
};

const request = {
  code: 'Access-Request',
  secret,
  identifier: crypto.randomInt(256),
  add_message_authenticator: true,
  attributes: [
    ['User-Name', login],
    ['NAS-Identifier', 'mschapv2-check'],
    [VENDOR_SPECIFIC, vendor(CHALLENGE, challenge)],
    [VENDOR_SPECIFIC, vendor(RESPONSE, response)],
  ],
};
const encoded = radius.encode(request);

/** The salted chain of RFC 2548 §2.4.2. */
function decryptKey(value, requestAuthenticator) {
  const salt = value.subarray(0, 2);
  let previous = Buffer.concat([requestAuthenticator, salt]);
  const plain = [];
  for (let at = 2; at < value.length; at += 16) {
    const block = value.subarray(at, at + 16);
    const pad = crypto.createHash('md5').update(secret).update(previous).digest();
    plain.push(Buffer.from(block.map((octet, i) => octet ^ pad[i])));
    previous = block;
  }
  const all = Buffer.concat(plain);
  return all.subarray(1, 1 + all[0]);
}

function microsoftAttributes(packet) {
  const found = {};
  for (let at = 20; at < packet.readUInt16BE(2); at += packet[at + 1]) {
    if (packet[at] === VENDOR_SPECIFIC && packet.readUInt32BE(at + 2) === MICROSOFT) {
      const end = at + packet[at + 1];
      for (let sub = at + 6; sub < end; sub += packet[sub + 1]) {
        found[packet[sub]] = packet.subarray(sub + 2, sub + packet[sub + 1]);
      }
    }
  }
  return found;
}

function fail(why) {
  console.error(`MS-CHAPv2 ${login}: ${why}`);
  process.exit(1);
}

const socket = dgram.createSocket('udp4');
const patience = setTimeout(() => fail('no answer within 5 s'), 5000);
socket.on('message', packet => {
  clearTimeout(patience);
  socket.close();
  if (!radius.verify_response({ request: encoded, response: packet, secret })) fail('reply not authentic');
  if (packet[20] !== 80) fail('Message-Authenticator is not the first attribute of the reply');
  const code = packet[0] === 2 ? 'accept' : packet[0] === 3 ? 'reject' : `code ${packet[0]}`;
  if (code !== expected) fail(`expected ${expected}, was ${code}`);
  const microsoft = microsoftAttributes(packet);
  if (code === 'reject') {
    const error = microsoft[ERROR] ? microsoft[ERROR].subarray(1).toString() : '';
    if (!/^E=691 R=[01] C=[0-9A-F]{32} V=3/.test(error)) fail(`MS-CHAP-Error was "${error}"`);
  } else {
    const success = microsoft[SUCCESS] ? microsoft[SUCCESS].subarray(1).toString() : '';
    const wanted = MSCHAPv2.GenerateAuthenticatorResponse(password, ntResponse, peerChallenge, challenge, login);
    if (success !== wanted.toString()) fail(`MS-CHAP2-Success was "${success}", expected "${wanted}"`);
    const keys = MSCHAPv2.GetSessionKeys_128bit(password, ntResponse);
    const authenticator = encoded.subarray(4, 20);
    // Send and receive are seen from the NAS (RFC 2548 §2.4.2, RFC 3079 §3.3).
    for (const [type, theirs] of [[SEND_KEY, keys.SendSessionKey], [RECV_KEY, keys.RecvSessionKey]]) {
      const ours = microsoft[type] && decryptKey(microsoft[type], authenticator).toString('hex');
      if (ours !== theirs.toString('hex')) fail(`MPPE key ${type} was ${ours}, expected ${theirs.toString('hex')}`);
    }
  }
  console.log(`MS-CHAPv2 ${login}: ${code}, as expected`);
});
socket.send(encoded, Number(port), '127.0.0.1');
