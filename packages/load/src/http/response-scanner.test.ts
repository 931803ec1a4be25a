import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import { type Outcome, parseByNode } from './node-parser.test.ts';
import { CORPUS } from './response-corpus.test.ts';
import { ResponseScanner, SCAN_BROKEN, SCAN_COMPLETE, SCAN_MORE, SCAN_TOO_LONG } from './response-scanner.ts';
import { BOUNDS, latin1, scan } from './scan-outcome.test.ts';

for (const entry of CORPUS) {
  const { name, method = 'GET', expect, nodeDiffers } = entry;
  const bytes = latin1(entry.bytes);
  const expected: Outcome =
    expect === 'broken' ? { kind: 'broken' } : { kind: 'answer', ...expect, bytes: expect.body.length };

  test(`[LOAD-20] ${name}: the same outcome wherever the stream is cut`, () => {
    assert.deepEqual(scan([bytes], method), expected);
    for (let cut = 1; cut < bytes.length; cut++) {
      assert.deepEqual(scan([bytes.subarray(0, cut), bytes.subarray(cut)], method), expected, `cut at ${cut}`);
    }
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    assert.deepEqual(scan(single, method), expected, 'byte by byte');
  });

  test(`[LOAD-21] ${name}: ${nodeDiffers === undefined ? "as Node's parser sees it" : `Node ${nodeDiffers}`}`, async () => {
    const seen = await parseByNode(bytes, method);
    if (nodeDiffers === undefined) assert.deepEqual(seen, expected);
    else assert.notDeepEqual(seen, expected);
  });
}

test('[LOAD-22] 1xx, HEAD, 204 and 304 leave the connection ready for the next response', () => {
  const scanner = new ResponseScanner(BOUNDS);
  const heads: [method: string, text: string, status: number][] = [
    ['HEAD', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 200],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n', 204],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n', 304],
    ['GET', 'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx', 200],
  ];
  for (const [method, text, status] of heads) {
    scanner.start(method === 'HEAD', false);
    assert.equal(scanner.push(latin1(text), text.length), SCAN_COMPLETE);
    assert.equal(scanner.head.status, status);
    assert.equal(scanner.head.keepAlive, true);
  }
});

test('[LOAD-23] Connection and the version decide whether the connection is kept', () => {
  const cases: [head: string, keepAlive: boolean][] = [
    ['HTTP/1.1 200 OK\r\n', true],
    ['HTTP/1.1 200 OK\r\nConnection: close\r\n', false],
    ['HTTP/1.1 200 OK\r\nConnection: Foo , CLOSE\r\n', false],
    ['HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n', true],
    ['HTTP/1.0 200 OK\r\n', false],
    ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n', true],
    ['HTTP/1.0 200 OK\r\nConnection: x, keep-alive\r\n', true],
  ];
  for (const [head, keepAlive] of cases) {
    const scanner = new ResponseScanner(BOUNDS);
    const text = `${head}Content-Length: 0\r\n\r\n`;
    scanner.start(false, false);
    assert.equal(scanner.push(latin1(text), text.length), SCAN_COMPLETE);
    assert.equal(scanner.head.keepAlive, keepAlive, head);
  }
});

test('[LOAD-27] what came before on a connection changes nothing in how a response is seen', () => {
  const responses = CORPUS.filter(({ method, expect }) => method === undefined && expect !== 'broken').map(
    ({ bytes }) => bytes,
  );
  const heads = ['HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n', 'HTTP/1.1 200 OK\r\nX: 1\r\n'];
  const one = fc.record({
    text: fc.oneof(
      fc.constantFrom(...responses),
      fc.constantFrom(
        ...heads.map((head) => `${head}\r\nhi`),
        `${heads[0]}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
      ),
    ),
    method: fc.constantFrom('GET' as const, 'GET' as const, 'HEAD' as const),
    cut: fc.option(fc.nat({ max: 40 }), { nil: 0, freq: 4 }),
  });
  const property = fc.property(fc.array(one, { minLength: 2, maxLength: 40 }), (sequence) => {
    const used = new ResponseScanner(BOUNDS);
    for (const { text, method, cut } of sequence) {
      const bytes = latin1(text);
      const fresh = new ResponseScanner(BOUNDS);
      assert.deepEqual(scan([bytes.subarray(0, cut), bytes.subarray(cut)], method, used), scan([bytes], method, fresh));
      assert.deepEqual([used.headers(), { ...used.head }], [fresh.headers(), { ...fresh.head }]);
    }
  });
  fc.assert(property, { numRuns: 2_000, ...propertySeed() });
});

test('[LOAD-24] a head, chunk extensions and trailers may not exceed the bound, however they come', () => {
  const bounds = { maxHeadBytes: 128, maxKeptBytes: 64 };
  const fill = (bytes: number): string => 'x'.repeat(bytes);
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const head = (size: number): string => `HTTP/1.1 200 OK\r\nX: ${fill(size - 43)}\r\nContent-Length: 0\r\n\r\n`;
  const cases: [text: string, kind: Outcome['kind']][] = [
    [head(128), 'answer'],
    [head(129), 'broken'],
    [head(4_000), 'broken'],
    [`HTTP/1.1 100 Continue\r\n\r\n${head(120)}`, 'broken'],
    [`${chunked}1;${fill(120)}\r\nx\r\n1;${fill(120)}\r\nx\r\n0\r\n\r\n`, 'answer'],
    [`${chunked}1;${fill(130)}\r\nx\r\n0\r\n\r\n`, 'broken'],
    [`${chunked}0\r\nA: ${fill(50)}\r\nB: ${fill(50)}\r\n\r\n`, 'answer'],
    [`${chunked}0\r\nA: ${fill(70)}\r\nB: ${fill(70)}\r\n\r\n`, 'broken'],
    [`${chunked}${'0'.repeat(130)}1\r\nx\r\n0\r\n\r\n`, 'broken'],
  ];
  assert.equal(head(128).length, 128);
  for (const [text, kind] of cases) {
    const bytes = latin1(text);
    assert.equal(scan([bytes], 'GET', new ResponseScanner(bounds)).kind, kind, text);
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    assert.equal(scan(single, 'GET', new ResponseScanner(bounds)).kind, kind, text);
  }
});

test('[LOAD-25] bytes that come when no response is due break the connection', () => {
  const scanner = new ResponseScanner(BOUNDS);
  assert.equal(scanner.push(latin1('H'), 1), SCAN_BROKEN);
});

test('[LOAD-26] a body is counted, and kept only when asked, up to the bound', () => {
  const scanner = new ResponseScanner({ maxHeadBytes: 16_384, maxKeptBytes: 8 });
  const answer = (body: string): Buffer =>
    latin1(`HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const short = answer('12345678');
  scanner.start(false, true);
  assert.equal(scanner.push(short, short.length), SCAN_COMPLETE);
  assert.equal(scanner.body()?.text(), '12345678');
  assert.equal(scanner.headers()['x-a'], '1, 2');

  const long = answer('123456789');
  scanner.start(false, true);
  assert.equal(scanner.push(long, long.length), SCAN_COMPLETE);
  assert.equal(scanner.body()?.overflown, true);
  assert.equal(scanner.body()?.text(), '');
  assert.equal(scanner.bodyBytes, 9);

  scanner.start(false, false);
  assert.equal(scanner.push(long, long.length), SCAN_COMPLETE);
  assert.equal(scanner.body(), undefined);
  assert.equal(scanner.bodyBytes, 9);
});

test('[LOAD-26] each kept answer has its own fields, and cookies one by one', () => {
  const scanner = new ResponseScanner(BOUNDS);
  const read = (fields: string, keeps = true): [unknown, readonly string[]] => {
    const bytes = latin1(`HTTP/1.1 200 OK\r\n${fields}Content-Length: 0\r\n\r\n`);
    scanner.start(false, keeps);
    assert.equal(scanner.push(bytes, bytes.length), SCAN_COMPLETE);
    return [scanner.headers()['x-a'], scanner.setCookies()];
  };
  const cookies = 'Set-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\r\nset-cookie:b=2\r\n';
  for (let turn = 0; turn < 20; turn++) {
    assert.deepEqual(read('X-A: 1\r\n'), ['1', []]);
    assert.deepEqual(read(`X-A: 2\r\n${cookies}`), ['2', ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2']]);
    assert.deepEqual(read(`X-A: 2\r\n${cookies}`, false), [undefined, []]);
  }
});

const HUGE = 5 * 2 ** 30;

for (const [framing, head, end] of [
  ['a length', `Content-Length: ${HUGE}\r\n\r\n`, undefined],
  ['one chunk', `Transfer-Encoding: chunked\r\n\r\n${HUGE.toString(16)}\r\n`, '\r\n0\r\n\r\n'],
  ['its end', '\r\n', undefined],
] as const) {
  test(`[LOAD-26] counts go beyond 2^32 bytes, of a body by ${framing}`, () => {
    const scanner = new ResponseScanner({ ...BOUNDS, maxBodyBytes: HUGE });
    const part = new Uint8Array(2 ** 26);
    scanner.start(false, true);
    const bytes = latin1(`HTTP/1.1 200 OK\r\n${head}`);
    let state = scanner.push(bytes, bytes.length);
    for (let sent = 0; sent < HUGE; sent += part.length) {
      assert.equal(state, SCAN_MORE);
      state = scanner.push(part, part.length);
    }
    if (end !== undefined) state = scanner.push(latin1(end), end.length);
    if (framing === 'its end') state = scanner.end();
    assert.equal(state, SCAN_COMPLETE);
    assert.equal(scanner.bodyBytes, HUGE);
    assert.deepEqual([scanner.body()?.overflown, scanner.body()?.bytes().length], [true, 0]);
  });

  test(`[LOAD-57] a bound beyond 2^32 bytes holds, of a body by ${framing}`, () => {
    const scanner = new ResponseScanner({ ...BOUNDS, maxBodyBytes: HUGE - 1 });
    const part = new Uint8Array(2 ** 26);
    scanner.start(false, false);
    const bytes = latin1(`HTTP/1.1 200 OK\r\n${head}`);
    scanner.push(bytes, bytes.length);
    let state = SCAN_MORE;
    let sent = 0;
    for (; state === SCAN_MORE && sent < HUGE; sent += part.length) state = scanner.push(part, part.length);
    assert.deepEqual([state, sent], [SCAN_TOO_LONG, HUGE]);
  });
}
