import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Counters } from './counters.ts';
import { createPrometheusMetrics } from './prometheus.ts';
import type { Service } from './service.ts';
import { allShare, sharedCaches, sharedEnvironment, until } from './shared-tiers.test.scene.ts';
import { startTrial, type Trial, trialCallers } from './trial.ts';

const { whale } = trialCallers();
const SAMPLE = /^([a-z_]+)(?:\{([^}]*)\})? ([0-9.e+-]+|\+Inf|NaN)$/;

let trial: Trial;
let folder: string;
before(async () => {
  trial = await startTrial();
  folder = await mkdtemp(join(tmpdir(), 'millrace-log-'));
});
after(async () => {
  await trial?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function get({ app }: Service, url: string): Promise<number> {
  return (await app.inject({ url, headers: whale })).statusCode;
}

/** Every sample by name and labels; fails on a line that no scraper would read. */
async function scrape({ app }: Service): Promise<Map<string, number>> {
  const answer = await app.inject({ url: '/metrics' });
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.ok(answer.body.endsWith('\n'));
  const samples = new Map<string, number>();
  const types = new Set<string>();
  for (const line of answer.body.trimEnd().split('\n')) {
    const declared = /^# TYPE (\w+) (histogram|counter|gauge)$/.exec(line)?.[1];
    if (declared !== undefined) {
      assert.ok(!types.has(declared), `${declared} is declared twice`);
      types.add(declared);
    } else if (!line.startsWith('# HELP ')) {
      const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? assert.fail(`no sample: ${line}`);
      assert.ok(types.has(name.replace(/_(bucket|sum|count)$/, '')), `${name} is not declared`);
      assert.ok(!samples.has(`${name}{${labels}}`), `${line} is there twice`);
      samples.set(`${name}{${labels}}`, Number(value.replace('+Inf', 'Infinity')));
    }
  }
  return samples;
}

describe('the metrics', () => {
  test('[REF-140] requests are counted by method, route and status, in buckets that add up', async () => {
    await using service = await trial.open('optimised');
    for (let i = 0; i < 3; i++) await get(service, `/api/v1/strategies?limit=${i + 1}`);
    await get(service, '/api/v1/strategies?limit=0');
    await get(service, '/api/v1/no/such/path');
    const samples = await scrape(service);
    const count = (route: string, status: number): number | undefined =>
      samples.get(`http_request_duration_seconds_count{method="GET",route="${route}",status="${status}"}`);
    assert.deepEqual([count('/api/v1/strategies', 200), count('/api/v1/strategies', 400)], [3, 1]);
    assert.equal(count('none', 404), 1);
    const series = 'method="GET",route="/api/v1/strategies",status="200"';
    const buckets = [...samples].filter(([name]) => name.startsWith(`http_request_duration_seconds_bucket{${series}`));
    const values = buckets.map(([, value]) => value);
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    );
    assert.equal(buckets.length, 12);
    assert.equal(samples.get(`http_request_duration_seconds_bucket{${series},le="+Inf"}`), 3);
    assert.ok(Number(samples.get(`http_request_duration_seconds_sum{${series}}`)) > 0);
  });

  test('[REF-141] caches show hits and misses, the loop its delay, the pool its connections', async () => {
    await using service = await trial.open('optimised');
    await using idle = await trial.open('origin');
    for (let i = 0; i < 4; i++) await get(service, '/api/v1/signals');
    const samples = await scrape(service);
    assert.deepEqual([samples.get('cache_hits{cache="reads"}'), samples.get('cache_misses{cache="reads"}')], [3, 1]);
    assert.ok(samples.has('nodejs_eventloop_delay_seconds{quantile="0.99"}'));
    assert.deepEqual([samples.get('db_pool_connections_busy{}'), samples.get('db_pool_waiting{}')], [0, 0]);
    assert.ok((await scrape(idle)).has('db_pool_waiting{}'));
  });

  test('[REF-141] the delay of the loop is how late it is, without the interval at which it is looked at', async () => {
    const seenMs: Record<number, number> = { 50: 9.9, 99: 260 };
    const loop = { enable: () => true, disable: () => true, percentile: (at: number) => (seenMs[at] ?? 0) * 1e6 };
    const metrics = createPrometheusMetrics(new Counters(), () => [], loop);
    const lines = metrics.text().split('\n');
    await metrics.close();
    const delays = lines.filter((line) => line.startsWith('nodejs_eventloop_delay_seconds{'));
    assert.deepEqual(delays, [
      'nodejs_eventloop_delay_seconds{quantile="0.5"} 0',
      'nodejs_eventloop_delay_seconds{quantile="0.99"} 0.25',
    ]);
  });

  test('[REF-145] a shared cache says whether it is, one in memory alone says nothing', async (t) => {
    await using alone = await trial.open('optimised');
    assert.deepEqual([...sharedCaches((await alone.app.inject('/metrics')).body)], []);
    const shared = await sharedEnvironment();
    if (shared === undefined) return t.skip('no Redis');
    await using service = await trial.open('optimised', { env: shared });
    await until(() => allShare(service));
    const samples = await scrape(service);
    for (const cache of ['auth.token', 'reads']) {
      assert.equal(samples.get(`cache_shared{cache="${cache}"}`), 1);
      assert.equal(samples.get(`cache_invalidations_pending{cache="${cache}"}`), 0);
    }
  });

  test('[REF-142] methods and routes that a client makes up are no series', async () => {
    await using service = await trial.open('optimised');
    for (let i = 0; i < 700; i++) await get(service, `/made/up/${i}`);
    const series = [...(await scrape(service)).keys()].filter((name) => name.includes('_count{'));
    assert.ok(series.length <= 3, `${series.length} series`);
  });
});

describe('the access log', () => {
  const logged = async (switches: string, work: (service: Service) => Promise<void>) => {
    const file = join(folder, `${switches}.log`);
    const service = await trial.open(switches, { env: { ACCESS_LOG: file } });
    await work(service);
    await service.close();
    const text = await readFile(file, 'utf8');
    return {
      counters: service.counters,
      lines: text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    };
  };

  test('[REF-28] log.sync: a system call for each line, or lines that are gathered', async () => {
    const work = async (service: Service): Promise<void> => {
      await Promise.all(Array.from({ length: 50 }, () => get(service, '/health/live')));
      await get(service, '/api/v1/auth/me');
    };
    const [on, off] = [await logged('log.sync', work), await logged('optimised', work)];
    assert.deepEqual(
      [on, off].map(({ counters }) => [counters.get('synchronousLogWrites'), counters.get('lostLogLines')]),
      [
        [51, 0],
        [0, 0],
      ],
    );
    const facts = [on, off].map(({ lines }) => lines.map(({ method, route, status }) => ({ method, route, status })));
    assert.deepEqual(facts[0], facts[1]);
    assert.deepEqual(facts[0]?.[50], { method: 'GET', route: '/api/v1/auth/me', status: 200 });
  });

  test('[REF-143] a file that cannot be opened is refused at the start', async () => {
    const file = join(folder, 'no', 'such', 'folder');
    await assert.rejects(trial.open('optimised', { env: { ACCESS_LOG: file } }), {
      code: 'MILLRACE_REFERENCE_ACCESS_LOG',
      message: /ENOENT/,
    });
  });
});
