import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answersOf, type Digest, mismatches as differ } from './digest-answers.ts';
import { digestRequests } from './digests.ts';
import type { Service } from './service.ts';
import { startTrial, TRIAL_SECRET, TRIAL_SEED, type Trial } from './trial.ts';

const REQUESTS = digestRequests({ profile: 'tiny', seed: TRIAL_SEED, tokenSecret: TRIAL_SECRET });

/** The routes that are the same in no two runs. */
const FIGURES = ['GET /internal/counters', 'GET /metrics'];

const mismatches = (left: readonly Digest[], right: readonly Digest[]): string[] => differ(REQUESTS, left, right);

/** The template of every route that answers, and of those that the requests reached. */
function watchRoutes({ app }: Service): Set<string> {
  const reached = new Set<string>();
  app.addHook('onResponse', (request, _reply, done) => {
    if (request.routeOptions.url !== undefined) reached.add(`${request.method} ${request.routeOptions.url}`);
    done();
  });
  return reached;
}

let trial: Trial;
let origin: Digest[];
let optimised: Digest[];
let reached: Set<string>;
let registered: readonly string[];

before(async () => {
  trial = await startTrial();
  const service = await trial.open('optimised');
  registered = service.routes.filter((route) => !FIGURES.includes(route));
  reached = watchRoutes(service);
  optimised = await answersOf(service, REQUESTS);
  origin = await answersOf(await trial.open('origin'), REQUESTS);
});
after(() => trial?.[Symbol.asyncDispose]());

test('[REF-1] both modes give the same answers to the same requests in the same order', () => {
  assert.deepEqual(mismatches(origin, optimised), []);
  assert.equal(optimised.length, REQUESTS.length);
});

test('[REF-2] every registered route has a request in the list', () => {
  assert.ok(registered.length >= 20, `only ${registered.length} routes`);
  assert.deepEqual(
    registered.filter((route) => !reached.has(route)),
    [],
  );
});

test('[REF-2] a route without a request is noticed', () => {
  assert.ok(FIGURES.every((route) => !reached.has(route)));
});

test('[REF-3] the list has lists that are empty and full, nulls, filters, and refusals', () => {
  const statuses = new Set(optimised.map((answer) => answer.status));
  for (const status of [200, 201, 204, 400, 401, 403, 404, 409]) assert.ok(statuses.has(status), `no ${status}`);
  const texts = optimised.map((answer) => JSON.stringify(answer.body));
  for (const part of [
    '"items":[]',
    '"nextCursor":null',
    '"nextCursor":"',
    '"profitRatio":null',
    '"averageStrength":null',
  ]) {
    assert.ok(
      texts.some((text) => text.includes(part)),
      `no answer holds ${part}`,
    );
  }
  assert.ok(optimised.every((answer) => answer.status < 500));
});

test('[REF-3] in both modes a page of keys has keys that the key service lists, and keys that it does not', () => {
  const page = REQUESTS.findIndex(({ path }) => path === '/api/v1/keys');
  for (const answers of [origin, optimised]) {
    const { items } = (answers[page] as Digest).body as { items: { upstream: unknown }[] };
    const unlisted = items.filter(({ upstream }) => upstream === null).length;
    assert.deepEqual([items.length, unlisted], [20, 1]);
  }
});

const LISTED = REQUESTS.findIndex(({ path }) => path === '/api/v1/strategies?limit=7');

/** The optimised answers with one of them changed. */
function planted(change: (items: Record<string, unknown>[]) => void): Digest[] {
  const answers = structuredClone(optimised);
  const { body } = answers[LISTED] as Digest;
  change((body as { items: Record<string, unknown>[] }).items);
  return answers;
}

test('[REF-4] a row that is missing is noticed', () => {
  const found = mismatches(
    origin,
    planted((items) => items.splice(6, 1)),
  );
  assert.ok(found.some((line) => line.includes('.items[6] is {') && line.includes('then absent')));
});

test('[REF-4] null in place of nothing is noticed', () => {
  const found = mismatches(
    origin,
    planted((items) => Object.assign(items[2] as object, { owner: null })),
  );
  assert.deepEqual(
    found.map((line) => line.split(': ')[1]),
    ['$.body.items[2].owner is absent, then null'],
  );
});

test('[REF-4] a changed order is noticed', () => {
  const found = mismatches(
    origin,
    planted((items) => items.reverse()),
  );
  assert.ok(found.some((line) => line.includes('.items[0].id')));
});
