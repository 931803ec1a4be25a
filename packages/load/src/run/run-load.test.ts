import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, RequestSpec, Scenario } from '../scenario/index.ts';
import { startService } from './local-service.test.ts';
import { runClosed } from './run-closed.ts';
import { type LoadOptions, runLoad } from './run-load.ts';

const SPEC: RequestSpec = { method: 'GET', path: '/' };

function scenarioOf(spec: RequestSpec = SPEC, onAnswer?: (answer: Answer) => void): Scenario {
  const step = { name: 'read', weight: 1, build: () => spec, ...(onAnswer === undefined ? {} : { onAnswer }) };
  return { name: 'one', users: 1, createUser: () => undefined, steps: [step] };
}

function optionsOf(target: string, more: Partial<LoadOptions<unknown>> = {}): LoadOptions<unknown> {
  const arrivals = { kind: 'constant', ratePerSecond: 250, durationMs: 200 } as const;
  return { target, scenario: scenarioOf(), arrivals, seed: 1, ...more };
}

const answerOk: RequestListener = (_request, response) => void response.end('ok');

for (const pacing of ['eco', 'precise'] as const) {
  test(`[LOAD-67] ${pacing}: exactly the planned number is sent, each once`, async () => {
    const paths = new Set<string>();
    await using server = await startService((request, response) => {
      paths.add(request.url as string);
      response.end('ok');
    });
    const scenario: Scenario<number> = {
      name: 'numbered',
      users: 300,
      createUser: (index) => index,
      pickUser: (_random, arrival) => arrival,
      steps: [{ name: 'read', weight: 1, build: (index) => ({ method: 'GET', path: `/${index}` }) }],
    };
    const arrivals = { kind: 'constant', ratePerSecond: 500, durationMs: 600 } as const;
    const result = await runLoad({ target: server.url, scenario, arrivals, seed: 1, pacing });
    assert.deepEqual([result.arrivals.planned, result.total.ok, result.total.sent, paths.size], [300, 300, 300, 300]);
    assert.ok(result.achievedRatio > 0 && result.achievedRatio <= 1, `${result.achievedRatio}`);
    assert.ok(result.generator.elapsedMs >= 598, `${result.generator.elapsedMs}`);
    assert.ok(result.generator.scheduleLagUs.min >= 0);
  });
}

test('[LOAD-65] a target that goes away: each arrival still takes its tick, and attempts follow the schedule', async () => {
  const server = await startService(answerOk);
  setTimeout(() => void server.close(), 500);
  const arrivals = { kind: 'constant', ratePerSecond: 200, durationMs: 1_000 } as const;
  const { total, generator, arrivals: done } = await runLoad(optionsOf(server.url, { arrivals, drainMs: 500 }));
  const { connect = 0, reset = 0 } = total.errors;
  assert.equal(done.planned, 200);
  assert.equal(total.ok + connect + reset, 200);
  assert.ok(total.ok >= 50 && connect >= 50, JSON.stringify(total.errors));
  assert.ok(generator.connectionsOpened <= 200, `${generator.connectionsOpened}`);
});

test('[LOAD-43] a target that never answers: every arrival is a timeout, recorded as at least that', async () => {
  await using server = await startService(() => {});
  const { total } = await runLoad(optionsOf(server.url, { timeoutMs: 150, drainMs: 1_000, maxConnections: 100 }));
  assert.deepEqual(total.errors, { timeout: 50 });
  assert.equal(total.censored, 50);
  assert.ok(total.responseTimeUs.min >= 150_000 && total.serviceTimeUs.min >= 150_000);
  assert.ok(total.censoredFromUs >= 150_000);
});

test('[LOAD-64] an interruption ends the run within a second, with all that was measured', async () => {
  let answered = 0;
  await using server = await startService((_request, response) => {
    if (answered++ < 10) response.end('ok');
  });
  const interruption = new AbortController();
  const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: 60_000 } as const;
  const run = runLoad(optionsOf(server.url, { arrivals, maxConnections: 4, signal: interruption.signal }));
  await sleep(400);
  const abortedAt = performance.now();
  interruption.abort();
  const result = await run;
  const tookMs = performance.now() - abortedAt;
  assert.ok(tookMs < 1_500, `${tookMs}`);
  assert.equal(result.interrupted, true);
  assert.equal(result.total.ok, 10);
  assert.deepEqual(result.total.errors, {});
  assert.equal(result.total.ok + result.total.interrupted, result.arrivals.planned);
  assert.ok(result.arrivals.planned >= 20 && result.arrivals.planned < 100, `${result.arrivals.planned}`);
  while (server.open > 0) await sleep(1);
});

test('[LOAD-71] statuses from 200 to 399 are successes, or those that the step expects', async () => {
  const cases: [status: number, expect: number[] | undefined, isOk: boolean][] = [
    [200, undefined, true],
    [302, undefined, true],
    [404, undefined, false],
    [503, undefined, false],
    [404, [200, 404], true],
    [200, [404], false],
  ];
  for (const [status, expect, isOk] of cases) {
    await using server = await startService((_request, response) => void response.writeHead(status).end());
    const scenario = scenarioOf(expect === undefined ? SPEC : { ...SPEC, expect });
    const { total } = await runLoad(optionsOf(server.url, { scenario }));
    assert.deepEqual(total.errors, isOk ? {} : { status: 50 });
    assert.deepEqual(total.statuses, { [status]: 50 });
    assert.equal(total.censored, 0);
    assert.equal(total.responseTimeUs.count, 50);
  }
});

test('[LOAD-71] a step reads its answers; one that it refuses, or that is too long, is a check error', async () => {
  await using server = await startService((_request, response) => void response.setHeader('X-A', 'b').end('é'));
  const answers: Answer[] = [];
  const reads = await runLoad(
    optionsOf(server.url, { scenario: scenarioOf(SPEC, (answer) => void answers.push(answer)) }),
  );
  assert.deepEqual([reads.total.ok, answers.length], [50, 50]);
  assert.deepEqual([answers[0]?.status, answers[0]?.headers['x-a'], answers[0]?.body], [200, 'b', 'é']);
  const refuse = (): void => {
    throw new Error('not what was asked for');
  };
  const refuses = await runLoad(optionsOf(server.url, { scenario: scenarioOf(SPEC, refuse) }));
  assert.deepEqual(refuses.total.errors, { check: 50 });

  await using long = await startService((_request, response) => void response.end('x'.repeat(1_048_577)));
  const arrivals = { kind: 'constant', ratePerSecond: 10, durationMs: 300 } as const;
  const tooLong = await runLoad(optionsOf(long.url, { arrivals, scenario: scenarioOf(SPEC, () => {}) }));
  assert.deepEqual([tooLong.total.errors, tooLong.total.bodyBytes], [{ check: 3 }, 3 * 1_048_577]);
});

test("[LOAD-81] a step that throws is the generator's own failure: counted, named, and the run invalid", async () => {
  await using server = await startService(answerOk);
  const scenario = scenarioOf({ ...SPEC, path: 'no slash' });
  const { total, validity } = await runLoad(optionsOf(server.url, { scenario }));
  assert.deepEqual(total.errors, { client: 50 });
  assert.equal(validity.verdict, 'invalid');
  // A busy machine may have made the generator late as well.
  const reason = validity.reasons.find(({ code }) => code === 'cannot-send');
  assert.ok(reason?.code === 'cannot-send' && reason.values.count === 50, JSON.stringify(reason));
  assert.match(reason.values.cause, /step read: .*path.*no slash/);
});

test('[LOAD-72] options out of range are refused before anything is sent', async () => {
  await using server = await startService(answerOk);
  const bad: Partial<LoadOptions<unknown>>[] = [
    { seed: -1 },
    { seed: 1.5 },
    { seed: 2 ** 32 },
    { maxConnections: 0 },
    { maxConnections: 10_001 },
    { timeoutMs: 0 },
    { timeoutMs: Number.NaN },
    { drainMs: -1 },
    { maxQueue: -1 },
    { maxQueue: 1_000_001 },
    { scenario: { ...scenarioOf(), users: 0 } },
    { target: 'http://8.8.8.8' },
    { target: `${server.url}/path` },
  ];
  for (const more of bad) {
    await assert.rejects(runLoad(optionsOf(server.url, more)), /MILLRACE|allowed|loopback/, JSON.stringify(more));
  }
  await assert.rejects(runClosed({ ...optionsOf(server.url), durationMs: 0 }), {
    code: 'MILLRACE_LOAD_OPTION_INVALID',
  });
  assert.equal(server.connections, 0);
});

test('[LOAD-95] a closed run keeps each connection busy until its time is over', async () => {
  let underWay = 0;
  let most = 0;
  await using server = await startService((_request, response) => {
    most = Math.max(most, ++underWay);
    setTimeout(() => {
      underWay--;
      response.end('ok');
    }, 5);
  });
  const { total, arrivals, drainMs } = await runClosed({
    target: server.url,
    scenario: scenarioOf(),
    seed: 1,
    durationMs: 400,
    maxConnections: 8,
  });
  assert.equal(most, 8);
  assert.equal(total.ok, arrivals.planned);
  assert.ok(total.ok >= 8 * 10 && total.ok <= 8 * 80, `${total.ok}`);
  assert.ok(drainMs < 200, `${drainMs}`);
});

test('[LOAD-95] after an error a loop of a closed run pauses', async () => {
  await using server = await startService(({ socket }) => void socket.destroy());
  const { total } = await runClosed({
    target: server.url,
    scenario: scenarioOf(),
    seed: 1,
    durationMs: 300,
    maxConnections: 2,
  });
  assert.ok((total.errors.reset ?? 0) >= 2 && (total.errors.reset ?? 0) <= 2 * 31, JSON.stringify(total.errors));
});

test('[LOAD-75] a service that drops each connection at its second request: no error, but counted, accounted for and said', async () => {
  const served = new WeakMap<object, number>();
  await using server = await startService((request, response) => {
    const count = (served.get(request.socket) ?? 0) + 1;
    served.set(request.socket, count);
    if (count === 2) setTimeout(() => request.socket.destroy(), 30);
    else response.end('ok');
  });
  const arrivals = { kind: 'constant', ratePerSecond: 50, durationMs: 600 } as const;
  const { total, generator, remarks, validity } = await runLoad(optionsOf(server.url, { arrivals, maxConnections: 1 }));
  assert.deepEqual([total.ok, total.sent, total.errors], [30, 30, {}]);
  assert.equal(total.resent, 29);
  assert.deepEqual(remarks, [{ code: 'connections-dropped', values: { count: 29, share: 29 / 30, boundShare: 0.01 } }]);
  // The wait for what was in vain belongs to the service, and no request leaves the send lag.
  assert.equal(generator.sendLagUs.count, 30);
  assert.ok(total.serviceTimeUs.max >= 29_000, `${total.serviceTimeUs.max}`);
  assert.ok(validity.reasons.every(({ code }) => code !== 'cannot-send'));
});
