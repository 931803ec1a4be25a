import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { runLoad } from '@millrace/load';
import type { Asked } from './asked.ts';
import { checkedMix, pathsOf, READERS } from './checked-mix.ts';
import { Expectations } from './expectations.ts';
import { Ledger } from './ledger.ts';

const ARRIVALS = { kind: 'constant', ratePerSecond: 400, durationMs: 500 } as const;
const MIXED = 200;
const TOKENS = new Map(Array.from({ length: 40 }, (_, userId) => [userId, `token-${userId}`]));

type Fault = (path: string, body: string) => string;

/** A service that is as right as can be, but for what `fault` makes of its reads. */
async function drive(fault: Fault): Promise<{ asked: Asked[]; counted: Partial<Record<string, number>> }> {
  const stored: { id: number; currentRate: number }[] = [];
  const answerTo = (path: string, owner: string): string =>
    path.includes('limit=50') && owner === 'token-12' ? JSON.stringify({ items: stored }) : `{"of":"${owner} ${path}"}`;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const owner = (request.headers.authorization ?? '').replace('Bearer ', '');
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.method === 'POST') stored.unshift({ id: stored.length + 1, ...JSON.parse(text) });
    const body = request.method === 'POST' ? JSON.stringify(stored[0]) : fault(path, answerTo(path, owner));
    response.writeHead(request.method === 'POST' ? 201 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const expectations = new Expectations();
  for (const userId of READERS) {
    for (const path of pathsOf('trader')) expectations.know(userId, path, answerTo(path, `token-${userId}`));
  }
  const asked: Asked[] = [];
  const parts = { expectations, ledger: new Ledger(), strategyOf: new Map([[12, 1]]), tokenOf: TOKENS };
  const scenario = checkedMix('trader', MIXED, { ...parts, record: (each) => void asked.push(each) });
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { total } = await runLoad({ target, scenario, arrivals: ARRIVALS, seed: 1 });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { asked, counted: total.errors };
}

const wrongKinds = (asked: readonly Asked[]): string[] => [
  ...new Set(asked.flatMap(({ kind, wrong }) => (wrong === undefined ? [] : [kind]))),
];

test('every arrival is recorded with its answer, and right answers are not wrong', async () => {
  const { asked, counted } = await drive((_path, body) => body);
  assert.deepEqual([asked.length, wrongKinds(asked), counted], [MIXED, [], {}]);
  assert.ok(asked.every(({ answer }) => answer !== undefined));
  assert.deepEqual([...new Set(asked.map(({ kind }) => kind))].sort(), [
    'me',
    'overview',
    'own signals',
    'signals',
    'strategies',
    'summary',
    'webhook',
  ]);
});

test('a planted wrong answer is noticed: another user, a changed figure, a lost write', async () => {
  const foreign = await drive((path, body) => (path.endsWith('/me') ? body.replace(/token-\d+/, 'token-99') : body));
  assert.deepEqual(wrongKinds(foreign.asked), ['me']);
  const changed = await drive((path, body) => (path.endsWith('/summary') ? body.replace('{', '{ ') : body));
  assert.deepEqual(wrongKinds(changed.asked), ['summary']);
  const lost = await drive((_path, body) =>
    body.startsWith('{"items"') ? JSON.stringify({ items: JSON.parse(body).items.slice(1) }) : body,
  );
  assert.deepEqual(wrongKinds(lost.asked), ['own signals']);
});

test('a page of keys may lack what the key service knows when it says so, and only then', () => {
  const expectations = new Expectations();
  const page = { items: [{ id: 1, upstream: { requests: 2 } }], nextCursor: null, upstreamAvailable: true };
  expectations.know(1, '/keys', JSON.stringify(page));
  const without = { ...page, items: [{ id: 1, upstream: null }] };
  assert.equal(expectations.mismatch(1, '/keys', JSON.stringify({ ...without, upstreamAvailable: false })), undefined);
  assert.match(expectations.mismatch(1, '/keys', JSON.stringify(without)) ?? '', /^expected/);
});
