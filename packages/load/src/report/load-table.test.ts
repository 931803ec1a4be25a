import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoadResult, type LoadSetup, toFlowResult } from '../result/index.ts';
import { judgeThresholds, parseThreshold } from '../thresholds/index.ts';
import { load, seconds, step } from './load-doubles.test.ts';
import { renderLoadTable } from './load-table.ts';
import { distribution } from './result-doubles.test.ts';
import { ZH_CN } from './texts-zh-cn.ts';

const LATE = { code: 'late', values: { percentile: 99, ms: 12, boundMs: 10 } } as const;

test('[REPORT-15] steps, errors by class, service time, both lags by name, statuses and verdict', () => {
  const slow = step(new Array(1000).fill(3), {
    ok: 990,
    errors: { timeout: 7, status: 3 },
    statuses: { 200: 990, 503: 3 },
    censored: 7,
    censoredFromUs: 2000,
  });
  const text = renderLoadTable(load({ 'GET /': slow }));
  assert.match(text, /200 requests a second for 5\.00 s, seed 9 · constant rate\n/);
  assert.match(text, /GET \/ +1,000 +≥ 3\.00 +≥ 3\.00 +≥ 3\.00 +≥ 3\.00 +≥ 3\.00 +7 timeout, 3 status \(1 %\)/);
  assert.match(text, /service +1,000/);
  assert.match(text, /send lag +1,000 +0\.500/);
  assert.match(text, /schedule lag +1,000 +0\.250/);
  assert.match(text, /GET \/ +200 × 990, 503 × 3/);
  assert.match(text, /Valid: /);
  assert.doesNotMatch(text, /sent again|Thresholds|Note: /);
});

test('[REPORT-15] the times are those of good answers; failures stand below, what was resent beside the errors', () => {
  const mixed = step([...new Array(980).fill(40), ...new Array(20).fill(1)], {
    ok: 980,
    errors: { status: 20 },
    resent: 30,
    refusedResponseTimeUs: distribution(new Array(20).fill(1)),
    refusedServiceTimeUs: distribution(new Array(20).fill(1)),
  });
  const remark = { code: 'connections-dropped', values: { count: 30, share: 0.03, boundShare: 0.01 } } as const;
  const text = renderLoadTable(load({ 'GET /': mixed }, { remarks: [remark] }));
  assert.match(text, /GET \/ +1,000 +40\.0 +40\.0 .* 20 status \(2 %\); 30 sent again/);
  assert.match(text, /service +980 +40\.0/);
  assert.match(text, /failed +20 +1\.00 +1\.00/);
  assert.match(text, /closed kept connections under 30 requests \(3 % of those sent, bound 1 %\)/);
});

test('[REPORT-15] too few samples, none at all, an interrupted and an invalid run', () => {
  const validity = { verdict: 'invalid', reasons: [LATE] } as const;
  const more = { interrupted: true, validity, total: step([], { interrupted: 12 }) };
  const text = renderLoadTable(load({ few: step([1, 2]), none: step([]) }, more));
  assert.match(text, /few +2 +1\.50 +≥ 20 needed +≥ 200 needed +≥ 1,000 needed +2\.00 +0/);
  assert.match(text, /none +0 +no samples/);
  assert.match(text, /Interrupted: .* 12 requests were cut off/);
  assert.match(text, /Invalid: .*\n {2}the generator was late: P99 12 ms \(bound 10 ms\)/);
  assert.doesNotMatch(text, /NaN|undefined/);
  assert.doesNotMatch(renderLoadTable(load({}, { ...more, total: step([]) })), /cut off/);
});

test('[REPORT-72] a run without a rate speaks of no schedule', () => {
  const arrivals = { kind: 'closed', poisson: false, planned: 9, durationMs: 5000, targetPerSecond: 0 } as const;
  const text = renderLoadTable(load({ one: step([1]) }, { arrivals }));
  assert.match(text, /^Response time of good answers in ms$/m);
  assert.doesNotMatch(text, /schedule/i);
});

test('[REPORT-72] a service that let requests wait is not said to have had the planned rate', () => {
  const text = renderLoadTable(load({}, { achievedRatio: 0.2 }));
  assert.match(text, /^Valid: the generator kept its schedule, but only 20 % of the requests found a free connection/m);
  assert.match(renderLoadTable(load({}, { achievedRatio: 0.995 })), /^Valid: .* \(0\.9950 of the planned rate\)/m);
});

test('[REPORT-15] what was cut off bounds the times, and the verdict of its run is that of the time until then', () => {
  const cutOff = { responseTimeUs: distribution(new Array(30).fill(900)), serviceTimeUs: distribution([]) };
  const stuck = step(new Array(1000).fill(3), { interrupted: 30, cutOff });
  const more = { interrupted: true, achievedRatio: 0.23, total: step([], { interrupted: 30 }) };
  const text = renderLoadTable(load({ 'GET /': stuck }, more));
  assert.match(text, /GET \/ +1,000 +≥ \S+ +3\.00 +3\.00 +≥ 900 +≥ 900 +0\n/);
  assert.match(text, /service +1,000 +3\.00 +3\.00 +3\.00 +3\.00/);
  assert.match(text, /\nValid: until the interruption the generator kept its schedule\.\n/);
  assert.doesNotMatch(text, /planned rate/);
});

test('[REPORT-15] the first byte, connect and TLS have their lines where there are any', () => {
  const { generator } = load({});
  const opened = { ...generator, connectTimeUs: distribution([0.2]), tlsTimeUs: distribution([3]) };
  const text = renderLoadTable(
    load({ 'GET /': step([5], { firstByteTimeUs: distribution([4]) }) }, { generator: opened }),
  );
  assert.match(text, /\n {2}first byte +1 +4\.00 /);
  assert.match(text, /\nconnect +1 +0\.200 [\s\S]*\nTLS handshake +1 +3\.00 /);
  assert.doesNotMatch(renderLoadTable(load({ 'GET /': step([5]) })), /first byte|\nconnect|TLS/);
});

test('[REPORT-15] the head says how the rate changed, and that arrivals were random', () => {
  const arrivals = { kind: 'ramp', poisson: true, planned: 9, durationMs: 1000, targetPerSecond: 9 } as const;
  assert.match(renderLoadTable(load({}, { arrivals })), /, seed 9 · ramp, mean rate · random arrivals \(Poisson\)\n/);
});

test('[REPORT-31] requests that waited for a connection for much of their time are said, in either language', () => {
  const waited = (lagMs: number, queuedMax: number): LoadResult => {
    const generator = { ...load({}).generator, sendLagUs: distribution([lagMs]), queuedMax, connectionsOpened: 64 };
    return load({}, { total: step([100]), generator });
  };
  assert.match(
    renderLoadTable(waited(50, 300)),
    /Note: up to 300 requests waited for a connection \(64 were opened\), and the send lag is 50\S* ?% of the mean response time/,
  );
  assert.match(renderLoadTable(waited(50, 300), { texts: ZH_CN }), /300 个请求在等待连接（共打开过 64 个）/);
  const flows = { flow: toFlowResult(step([200])) };
  const busy = renderLoadTable({ ...waited(50, 300), flows });
  assert.match(busy, /Note: up to 300 iterations waited for a free user, on average for 25\S* ?% of their whole time/);
  assert.doesNotMatch(renderLoadTable(waited(10, 300)), /Note: /);
  assert.doesNotMatch(renderLoadTable(waited(50, 0)), /Note: /);
});

test('[REPORT-19] each threshold with what was found, and whether it was met', () => {
  const result = load(
    {},
    { total: step(new Array(500).fill(3), { errors: { timeout: 5 }, censored: 5, censoredFromUs: 1 }) },
  );
  const texts = ['http.mean<2', 'http.max<4', 'http.p99<200', 'errors<=1%'];
  const thresholds = judgeThresholds(texts.map(parseThreshold), result);
  const lines = renderLoadTable(result, { thresholds })
    .split('\n')
    .map((line) => line.trim().replaceAll(/ +/g, ' '));
  assert.deepEqual(lines.slice(lines.indexOf('Thresholds') + 1, -1), [
    'missed http.mean<2 ≥ 3.00 ms',
    'cannot tell http.max<4 ≥ 3.00 ms',
    'cannot tell http.p99<200 ≥ 1,000 needed',
    'met errors<=1% 1 %',
  ]);
  assert.match(renderLoadTable(result, { thresholds, texts: ZH_CN }), /阈值\n +未达标 +http\.mean<2/);
});

test('[REPORT-15] the seconds are summed up in a course, mean, least and most; what is left of the last second is not', () => {
  const arrivals = { kind: 'constant', poisson: false, planned: 9, durationMs: 3500, targetPerSecond: 100 } as const;
  const course = seconds([
    [100, 0, 5],
    [50, 50, 80],
    [100, 0, 10],
    [7, 0, 5],
  ]);
  const text = renderLoadTable(load({}, { arrivals, seconds: course }));
  assert.match(text, /Second by second, by when each request was due\n +mean +least +most\n/);
  assert.match(text, /good answers +█▅█ +83\.3 +50\.0 +100\n/);
  assert.match(text, /errors +▁█▁ +16\.7 +0 +50\.0\n/);
  assert.match(text, /slowest, ms +▁█▂ +31\.7 +5\.00 +80\.0\n/);
  assert.doesNotMatch(renderLoadTable(load({}, { arrivals, seconds: course.slice(0, 1) })), /Second by second/);
  const good = seconds([
    [9, 0, 1],
    [9, 0, 1],
  ]);
  assert.doesNotMatch(renderLoadTable(load({}, { arrivals, seconds: good })), /\nerrors/);
});

test('[REPORT-19] what was missed by little does not read as the bound; a row that is not there is named so', () => {
  const times = step(new Array(1000).fill(200.4), { errors: { timeout: 1 } });
  const result = load({}, { total: { ...times, ok: 1_000_000 } });
  const judged = judgeThresholds(['http.mean<200', 'none.p99<200', 'errors<0.09%'].map(parseThreshold), result);
  const [mean, none, errors] = judged;
  assert.match(renderLoadTable(result, { thresholds: judged }), /missed +http\.mean<200 +200\.\d+ ms\n/);
  assert.equal(none?.samplesNeeded, 0);
  assert.match(renderLoadTable(result, { thresholds: judged }), /cannot tell +none\.p99<200 +no such row\n/);
  assert.equal(mean?.outcome, 'missed');
  const tiny = {
    ...errors,
    value: 0.00015,
    threshold: { ...errors?.threshold, bound: 0.0001 },
  } as (typeof judged)[number];
  assert.match(renderLoadTable(result, { thresholds: [tiny] }), /errors<0\.09% +0\.015 %\n/);
});

test('[REPORT-15] a run without a rate claims none, and says what its times are not', () => {
  const arrivals = { kind: 'closed', poisson: false, planned: 9, durationMs: 2000, targetPerSecond: 0 } as const;
  const total = step([], { ok: 90 });
  const text = renderLoadTable(load({}, { arrivals, total }));
  const [, head] = text.split('\n');
  assert.match(text, /Valid: the generator was not the limit\./);
  assert.match(text, /Note: without a rate each user waits for the answer/);
  const closed = '2.00 s without a rate, seed 9 · closed loops, as fast as they are answered';
  assert.equal(head, `${closed} · 45.0 good answers a second`);
  const [, cutOff] = renderLoadTable(load({}, { arrivals, total, interrupted: true })).split('\n');
  assert.equal(cutOff, closed);
});

test('[REPORT-15] a run that a threshold ended says which, and what was found', () => {
  const result = load({}, { interrupted: true, total: step([], { interrupted: 3 }) });
  const [stoppedBy] = judgeThresholds([parseThreshold('errors<50%')], {
    ...result,
    total: step([1], { errors: { reset: 1 } }),
  });
  const text = renderLoadTable(result, stoppedBy && { stoppedBy });
  assert.match(text, /\nStopped early, since errors<50% was missed: 100 %\.\nInterrupted: .* 3 requests/);
});

test('[REPORT-15] users, connections and threads stand in the heading, the engine and pacing where they are not usual', () => {
  const plain: LoadSetup = {
    ...{ model: 'open', connections: 64, engine: 'fast', pacing: 'eco', workers: 2, timeoutMs: 10_000 },
    shape: { ratePerSecond: 200 },
  };
  const setup = { ...plain, users: 50 };
  const said = renderLoadTable(load({ a: step([1]) }, { setup }));
  assert.match(said, /constant rate · users: 50 · connections: up to 64 · threads: 2\n/);
  const odd = renderLoadTable(load({ a: step([1]) }, { setup: { ...plain, engine: 'compat', pacing: 'precise' } }));
  assert.match(odd, /constant rate · connections: up to 64 · threads: 2 · engine compat · precise pacing\n/);
});

test('[REPORT-15] good answers a second of a closed run are those that came while it ran', () => {
  const arrivals = { kind: 'closed', poisson: false, planned: 30, durationMs: 2_000, targetPerSecond: 0 } as const;
  const total = step([1, 2, 3], { ok: 30, okInTime: 20 });
  assert.match(renderLoadTable(load({ a: total }, { arrivals })), /10\.0 good answers a second/);
});
