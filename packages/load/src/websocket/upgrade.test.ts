import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from 'millrace/core';
import { acceptOf, encodeUpgrade, UpgradeAnswer, upgradeKey } from './upgrade.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const HEAD = 'HTTP/1.1 101 Switching Protocols\r\n';
const UPGRADE = 'Upgrade: websocket\r\n';
const CONNECTION = 'Connection: Upgrade\r\n';
const ACCEPT = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n';
const SOUND = `${HEAD}${UPGRADE}${CONNECTION}${ACCEPT}\r\n`;

function read(text: string, protocols: readonly string[] = []): UpgradeAnswer {
  const answer = new UpgradeAnswer(KEY, protocols);
  const bytes = Buffer.from(text, 'latin1');
  assert.ok(answer.push(bytes, 0, bytes.length), 'the head is whole');
  return answer;
}

test('[WS-13] the proof of the key is the one of the RFC', () => {
  assert.equal(acceptOf(KEY), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test('[WS-12] the request is the one of the RFC, with a key of 16 bytes that the generator draws', () => {
  const spec = { host: 'h:1', path: '/a?b=1', headers: { Origin: 'http://h' }, protocols: ['chat', 'v2'] };
  const lines = encodeUpgrade(spec).split('\r\n');
  assert.deepEqual(lines, [
    'GET /a?b=1 HTTP/1.1',
    'Host: h:1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Protocol: chat, v2',
    'Origin: http://h',
    'Sec-WebSocket-Version: 13',
    '',
  ]);
  const random = createRandom(1);
  const keys = [upgradeKey(random), upgradeKey(random)];
  for (const key of keys) assert.equal(Buffer.from(key, 'base64').length, 16);
  assert.notEqual(keys[0], keys[1]);
  assert.equal(upgradeKey(createRandom(1)), keys[0]);
});

test('[WS-12] what could smuggle in a line, and fields of the engine, are refused', () => {
  const sound = { host: 'h', path: '/', headers: {}, protocols: [] };
  const refused = [
    { ...sound, path: 'a' },
    { ...sound, path: '/a b' },
    { ...sound, path: '/a\r\nX: 1' },
    { ...sound, headers: { 'a b': '1' } },
    { ...sound, headers: { a: '1\r\nb: 2' } },
    { ...sound, headers: { 'sec-WebSocket-Key': 'x' } },
    { ...sound, headers: { Upgrade: 'x' } },
    { ...sound, headers: { 'Sec-WebSocket-Extensions': 'permessage-deflate' } },
    { ...sound, protocols: ['a, b'] },
    { ...sound, protocols: [''] },
  ];
  for (const spec of refused) assert.throws(() => encodeUpgrade(spec), { code: 'MILLRACE_LOAD_REQUEST_INVALID' });
});

test('[WS-13] a sound answer is taken, whatever the case of its words, and frames may follow', () => {
  const answer = read(`${HEAD}upgrade: WebSocket\r\nCONNECTION: keep-alive, UPGRADE\r\n${ACCEPT}\r\n\u0081\u0000`);
  assert.deepEqual([answer.status, answer.problem, answer.protocol], [101, '', '']);
  assert.deepEqual([...answer.received.bytes.subarray(answer.headEnd, answer.received.length)], [0x81, 0]);
  const chosen = read(`${SOUND.slice(0, -2)}Sec-WebSocket-Protocol: v2\r\n\r\n`, ['chat', 'v2']);
  assert.deepEqual([chosen.problem, chosen.protocol], ['', 'v2']);
});

test('[WS-13] other 1xx before the answer are passed over', () => {
  const answer = read(`HTTP/1.1 103 Early Hints\r\nUpgrade: h2c\r\n\r\n${SOUND}`);
  assert.deepEqual([answer.status, answer.problem], [101, '']);
});

const WRONG: readonly (readonly [string, string])[] = [
  [`${HEAD}${CONNECTION}${ACCEPT}\r\n`, 'Upgrade is not websocket'],
  [`${HEAD}Upgrade: h2c\r\n${CONNECTION}${ACCEPT}\r\n`, 'Upgrade is not websocket'],
  [`${HEAD}${UPGRADE}${ACCEPT}\r\n`, 'Connection is not Upgrade'],
  [`${HEAD}${UPGRADE}Connection: close\r\n${ACCEPT}\r\n`, 'Connection is not Upgrade'],
  [`${HEAD}${UPGRADE}${CONNECTION}\r\n`, 'Sec-WebSocket-Accept does not fit the key'],
  [`${HEAD}${UPGRADE}${CONNECTION}${ACCEPT.toLowerCase()}\r\n`, 'Sec-WebSocket-Accept does not fit the key'],
  [`${HEAD}${UPGRADE}${CONNECTION}${ACCEPT}${ACCEPT}\r\n`, 'Sec-WebSocket-Accept does not fit the key'],
  [`${SOUND.slice(0, -2)}Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n`, 'an extension that was not offered'],
  [`${SOUND.slice(0, -2)}Sec-WebSocket-Protocol: v3\r\n\r\n`, 'a subprotocol that was not offered'],
  [`${SOUND.slice(0, -2)}Sec-WebSocket-Protocol: chat, v2\r\n\r\n`, 'a subprotocol that was not offered'],
  ['SSH-2.0-x\r\n', 'the status line does not start with HTTP/1.'],
  [`${HEAD}X: ${'x'.repeat(16_384)}`, 'the head is too large'],
  [`${HEAD}X: ${'x'.repeat(16_384)}\r\n\r\n`, 'the head is too large'],
];
for (const [text, problem] of WRONG) {
  test(`[WS-13] refused: ${problem}, ${JSON.stringify(text.slice(34, 110))}`, () => {
    assert.equal(read(text, ['chat', 'v2']).problem, problem);
  });
}

test('[WS-14] another status is no upgrade, whatever else the answer says', () => {
  for (const status of [200, 301, 401, 426, 503]) {
    const answer = read(SOUND.replace('101', String(status)));
    assert.deepEqual([answer.status, answer.problem], [status, '']);
  }
});

test('[WS-1] an answer is read the same when it comes byte by byte', () => {
  const answer = new UpgradeAnswer(KEY, []);
  for (let at = 0; at < SOUND.length; at++) {
    assert.equal(answer.push(Buffer.from(SOUND, 'latin1'), at, at + 1), at === SOUND.length - 1);
  }
  assert.deepEqual([answer.status, answer.problem, answer.headEnd], [101, '', SOUND.length]);
});

test('[WS-22] the cookies of the answer are told one by one, whatever its status, and none of an interim one', () => {
  const cookies = 'Set-Cookie: a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT\r\nset-cookie:b=2\r\n\r\n';
  const interim = 'HTTP/1.1 103 Early Hints\r\nSet-Cookie: c=3\r\n\r\n';
  for (const status of [101, 403]) {
    const answer = read(interim + SOUND.slice(0, -2).replace('101', String(status)) + cookies);
    assert.deepEqual(answer.setCookies, ['a=1; Expires=Thu, 01 Jan 2099 00:00:00 GMT', 'b=2']);
  }
});
