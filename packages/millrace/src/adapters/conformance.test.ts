import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createFakeClock } from '../testing/index.ts';
import { numbered, startTrial } from './conformance.test.model.ts';
import { BINDINGS, type Made, type Received } from './services.test.model.ts';

const BINARY = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x41]);
const LONG = 'a line of text\n'.repeat(2_000);

const ANSWERS: Readonly<Record<string, Made>> = {
  json: { headers: { 'content-type': 'application/json; charset=utf-8', 'x-note': 'one' }, body: '{"name":"Zoë ☃"}' },
  bom: { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '\ufeffmarked' },
  binary: { headers: { 'content-type': 'application/octet-stream' }, body: BINARY },
  gzip: {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
    body: gzipSync(LONG),
  },
  long: { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: LONG },
  links: { headers: { 'content-type': 'text/html; charset=utf-8', link: '</a>; rel=next' }, body: '<p>' },
  empty: { status: 204 },
  moved: {
    status: 301,
    headers: { location: '/elsewhere', 'content-type': 'text/plain; charset=utf-8' },
    body: 'moved',
  },
  none: { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'nothing here' },
};

/** What differs by what the rules say, or by the moment. */
const APART: readonly string[] = ['age', 'date', 'etag'];

function comparable({ status, headers, body }: Received): unknown {
  const rest = Object.entries(headers).filter(([name]) => !APART.includes(name));
  return { status, headers: Object.fromEntries(rest), body: body.toString('base64') };
}

for (const binding of BINDINGS) {
  const { name } = binding;

  for (const [kind, made] of Object.entries(ANSWERS)) {
    test(`[CACHE-400] ${name}: an answer (${kind}) is the same without a cache, new, and stored`, async () => {
      const plain = await binding.serve(() => made, undefined);
      await using trial = await startTrial(createFakeClock(), binding, () => made, {
        vary: { headers: ['Accept-Encoding'] },
      });
      const sent = { path: '/items/1?q=x', headers: { 'accept-encoding': 'gzip' } };
      const bare = comparable(await plain.send(sent));
      await plain.close();
      assert.deepEqual(comparable(await trial.service.send(sent)), bare);
      await trial.clock.advance(500);
      const stored = await trial.service.send(sent);
      assert.deepEqual(comparable(stored), bare);
      assert.equal(stored.headers.age, '0');
      assert.equal(trial.runs(), 1);
    });
  }

  test(`[CACHE-400] ${name}: a stored answer tells its age, and is made anew after its TTL`, async () => {
    await using trial = await startTrial(createFakeClock(), binding, (_, run) => numbered(run), { ttlMs: 5_000 });
    const first = await trial.service.send({ path: '/items/1' });
    assert.equal(first.headers.age, undefined);
    await trial.clock.advance(3_700);
    const second = await trial.service.send({ path: '/items/1' });
    assert.deepEqual([String(second.body), second.headers.age], ['run 1', '3']);
    await trial.clock.advance(1_400);
    assert.equal(await trial.text('/items/1'), 'run 2');
    assert.equal(await trial.text('/items/2'), 'run 3');
  });

  test(`[CACHE-401] ${name}: HEAD is answered from a stored GET and stores nothing; other methods and ranges go past`, async () => {
    await using trial = await startTrial(createFakeClock(), binding, (_, run) => numbered(run));
    const head = await trial.service.send({ method: 'HEAD', path: '/items/1' });
    assert.deepEqual([head.status, head.body.length], [200, 0]);
    assert.equal(await trial.text('/items/1'), 'run 2');
    const stored = await trial.service.send({ method: 'HEAD', path: '/items/1' });
    assert.deepEqual([stored.status, stored.body.length, stored.headers['content-length']], [200, 0, '5']);
    assert.equal(stored.headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(trial.runs(), 2);
    await trial.service.send({ method: 'POST', path: '/items/1' });
    await trial.service.send({ path: '/items/1', headers: { range: 'bytes=0-1' } });
    await trial.service.send({ path: '/items/1', headers: { 'if-match': '"x"' } });
    assert.equal(trial.runs(), 5);
    assert.equal(await trial.text('/items/1'), 'run 2');
  });

  for (const [what, headers, by] of [
    ['sets a cookie', { 'set-cookie': 'session=1' }, {}],
    ['sets a cookie, although for everybody', { 'set-cookie': 'session=1' }, { shared: true }],
    ['sets a cookie, although for one user', { 'set-cookie': 'session=1' }, { byUser: true }],
    ['says no-store', { 'cache-control': 'no-store' }, {}],
    ['says no-store, although for one user', { 'cache-control': 'max-age=9, NO-STORE' }, { byUser: true }],
    ['says no-cache', { 'cache-control': 'no-cache="x, y"' }, {}],
    ['says private', { 'cache-control': 'max-age=60, private' }, {}],
  ] as const) {
    test(`[CACHE-404] ${name}: an answer that ${what} is not stored`, async () => {
      await using trial = await startTrial(createFakeClock(), binding, (_, run) => numbered(run, { headers }), by);
      const user = { 'x-user': 'ann' };
      const given = 'byUser' in by ? user : {};
      const first = await trial.service.send({ path: '/items/1', headers: given });
      for (const [field, value] of Object.entries(headers)) assert.equal(first.headers[field], value);
      assert.equal(await trial.text('/items/1', given), 'run 2');
    });
  }

  test(`[CACHE-404] ${name}: a private answer is stored for its user; what stands in quotes forbids nothing`, async () => {
    const headers = { 'cache-control': 'private' };
    await using ofUser = await startTrial(createFakeClock(), binding, (_, run) => numbered(run, { headers }), {
      byUser: true,
    });
    const ann = { 'x-user': 'ann' };
    assert.deepEqual([await ofUser.text('/items/1', ann), await ofUser.text('/items/1', ann)], ['run 1', 'run 1']);
    const quoted = { 'cache-control': 'max-age=60, ext="a, no-store, b"' };
    await using open = await startTrial(createFakeClock(), binding, (_, run) => numbered(run, { headers: quoted }));
    assert.deepEqual([await open.text('/items/1'), await open.text('/items/1')], ['run 1', 'run 1']);
  });

  for (const [headers, listed, runs] of [
    [{ vary: 'Accept-Language' }, ['accept-language'], 3],
    [{ vary: 'accept-language, Accept' }, ['Accept-Language', 'Accept'], 3],
    [{ vary: 'Accept-Language' }, [], 4],
    [{ vary: 'Accept-Language, Accept' }, ['accept-language'], 4],
    [{ vary: '*' }, ['accept-language', '*'], 4],
    [{ 'content-encoding': 'br' }, ['accept-language'], 4],
    [{ 'content-encoding': 'br' }, ['accept-language', 'accept-encoding'], 3],
  ] as const) {
    test(`[CACHE-405] ${name}: ${JSON.stringify(headers)} with ${JSON.stringify(listed)} listed`, async () => {
      const vary = { headers: listed };
      await using trial = await startTrial(createFakeClock(), binding, (_, run) => numbered(run, { headers }), {
        vary,
      });
      const asked: string[] = [];
      for (const language of ['de', 'en', undefined, 'de'])
        asked.push(await trial.text('/items/1', language === undefined ? {} : { 'accept-language': language }));
      assert.equal(trial.runs(), runs);
      assert.equal(asked[3], runs === 3 ? 'run 1' : 'run 4');
    });
  }

  test(`[CACHE-406] ${name}: an answer that streams, or is too large, arrives whole and is not stored`, async () => {
    const chunks = ['first ', 'second ', 'third'];
    const type = { 'content-type': 'text/plain; charset=utf-8' };
    const answers: Made[] = [
      { headers: type, chunks },
      { headers: type, body: 'x'.repeat(11) },
    ];
    for (const made of answers) {
      await using trial = await startTrial(createFakeClock(), binding, () => made, { maxBodyBytes: 10 });
      const whole = made.chunks?.join('') ?? made.body;
      assert.equal(await trial.text('/items/1'), whole);
      assert.equal(await trial.text('/items/1'), whole);
      assert.equal(trial.runs(), 2);
    }
    await using trial = await startTrial(createFakeClock(), binding, () => ({ headers: type, body: 'x'.repeat(10) }), {
      maxBodyBytes: 10,
    });
    await trial.text('/items/1');
    await trial.text('/items/1');
    assert.equal(trial.runs(), 1);
  });

  test(`[CACHE-407] ${name}: only the listed statuses are stored, 404 and 410 for a shorter time`, async () => {
    const status = (path: string): number => Number(path.slice('/items/'.length));
    const options = { ttlMs: 60_000, negativeTtlMs: 2_000 };
    await using trial = await startTrial(
      createFakeClock(),
      binding,
      ({ path }, run) => numbered(run, { status: status(path) }),
      options,
    );
    for (const [code, stored] of [
      [200, true],
      [203, true],
      [300, true],
      [404, true],
      [410, true],
      [201, false],
      [302, false],
      [400, false],
      [401, false],
      [403, false],
      [429, false],
      [500, false],
    ] as const) {
      const before = trial.runs();
      for (let i = 0; i < 2; i++) assert.equal((await trial.service.send({ path: `/items/${code}` })).status, code);
      assert.equal(trial.runs() - before, stored ? 1 : 2, String(code));
    }
    await trial.clock.advance(2_001);
    const before = trial.runs();
    for (const code of [200, 404, 410]) await trial.text(`/items/${code}`);
    assert.equal(trial.runs() - before, 2);
  });

  test(`[CACHE-408] ${name}: who has the answer already gets 304, from a new answer and from a stored one`, async () => {
    const headers = {
      'cache-control': 'max-age=30',
      'content-language': 'en',
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
    };
    await using trial = await startTrial(createFakeClock(), binding, () => numbered(1, { headers }));
    const [first, other] = [
      await trial.service.send({ path: '/items/1' }),
      await trial.service.send({ path: '/items/2' }),
    ];
    const tag = String(first.headers.etag);
    assert.match(tag, /^(?:W\/)?"[\w+/-]{20,}"$/);
    assert.equal(other.headers.etag, tag);
    const given: Record<string, string>[] = [
      { 'if-none-match': tag },
      { 'if-none-match': `"a,b", W/${tag.replace(/^W\//, '')}` },
      { 'if-none-match': '*' },
      { 'if-modified-since': 'Fri, 02 Jan 2026 00:00:00 GMT' },
    ];
    for (const [at, conditions] of given.entries()) {
      for (const path of ['/items/1', `/items/new${at}`]) {
        const again = await trial.service.send({ path, headers: conditions });
        assert.deepEqual(
          [again.status, again.body.length, again.headers.etag],
          [304, 0, tag],
          JSON.stringify(conditions),
        );
        assert.equal(again.headers['cache-control'], 'max-age=30');
        for (const field of ['content-type', 'content-language', 'content-encoding'])
          assert.equal(again.headers[field], undefined);
      }
    }
    for (const conditions of [{ 'if-none-match': '"other"' }, { 'if-modified-since': 'Wed, 31 Dec 2025 00:00:00 GMT' }])
      assert.equal(await trial.text('/items/1', conditions), 'run 1');
    assert.equal(await trial.text('/items/new0'), 'run 1');
    assert.equal(trial.runs(), 6);
  });
}
