import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as exitCode from './exit-code.ts';
import { exitCodeOfLoad, exitCodeOfProof } from './exit-code.ts';
import { readFindMaxRequest } from './find-max-request.ts';
import { readDurationMs, readNumber } from './flags.ts';
import { HELP } from './help.ts';
import { samePressMs, watchInterrupts } from './interrupts.ts';
import { readLoadRequest } from './load-request.ts';

const HOUR_MS = 3_600_000;
const INVALID = { code: 'MILLRACE_CLI_FLAG_INVALID' };

test('[CLI-1] the help names the commands and every exit code', () => {
  for (const words of [/millrace prove/, /millrace load run/, /--version/]) assert.match(HELP, words);
  for (const code of Object.values(exitCode.EXIT))
    assert.match(HELP, new RegExp(`^    ${code} +[a-z]`, 'm'), String(code));
});

test('[CLI-3] a duration with a unit, or bare in seconds', () => {
  const forms = {
    '30': 30_000,
    '1.5': 1500,
    '500ms': 500,
    '10s': 10_000,
    '2m': 120_000,
    '1h': HOUR_MS,
    '1m30s': 90_000,
    '1s500ms': 1500,
  };
  for (const [text, ms] of Object.entries(forms)) assert.equal(readDurationMs('--duration', text, HOUR_MS), ms);
  for (const text of ['', '0', '-1', '1d', 's', '1e3', '2h', 'Infinity', '1 0', '1m30', '30m31m', 'm30s']) {
    assert.throws(() => readDurationMs('--duration', text, HOUR_MS), INVALID, text);
  }
});

test('[CLI-2] numbers within bounds', () => {
  assert.equal(readNumber('--seed', '7', { min: 0, max: 10, whole: true }), 7);
  for (const text of ['', ' ', 'x', '-1', '11', '1.5', 'NaN', 'Infinity']) {
    assert.throws(() => readNumber('--seed', text, { min: 0, max: 10, whole: true }), INVALID, text);
  }
});

const URL_AND_TIME = ['--url', 'http://127.0.0.1:80/x', '-d', '3'];

test('[CLI-3] --rate, --qps and -R are one flag', () => {
  for (const flag of ['--rate', '--qps', '-R']) {
    const { plan } = readLoadRequest([...URL_AND_TIME, flag, '50'], {});
    assert.deepEqual(plan.model, { kind: 'constant', ratePerSecond: 50, durationMs: 3000 });
  }
  assert.throws(() => readLoadRequest([...URL_AND_TIME, '--rate', '5', '--qps', '6'], {}), {
    code: 'MILLRACE_CLI_USAGE',
  });
});

test('[CLI-2] load run: an address that is no plain one is refused, and where it belongs is said', () => {
  const others = ['-d', '3', '-R', '9'];
  for (const url of ['ftp://127.0.0.1/', '127.0.0.1:80', 'http://', 'file:///etc/hosts']) {
    assert.throws(() => readLoadRequest(['--url', url, ...others], {}), INVALID, url);
  }
  const twice = ['http://127.0.0.1/x', '--url', 'http://127.0.0.1/y', ...others];
  assert.throws(() => readLoadRequest(twice, {}), { message: 'the address is given twice' });
});

test('[CLI-29] the address may stand without --url', () => {
  const { target, source } = readLoadRequest(['http://127.0.0.1:80/x', '-d', '3'], {}).plan;
  assert.equal(target, 'http://127.0.0.1');
  assert.ok(source.kind === 'requests' && source.requests[0]?.request.path === '/x');
  const { options } = readFindMaxRequest(['http://127.0.0.1:81/y', '--slo', 'http.p99<200ms'], {});
  assert.equal(options.load.target, 'http://127.0.0.1:81');
  const scenario = readLoadRequest(['a.ts', 'http://127.0.0.1:82'], {}).plan;
  assert.deepEqual([scenario.target, scenario.source.kind], ['http://127.0.0.1:82', 'module']);
});

test('[CLI-2] what is missing in an address, and what speaks no HTTP, is said', () => {
  const given = (url: string) => () => readLoadRequest(['--url', url], {});
  assert.throws(given('localhost:3000/x'), {
    message: /"localhost:3000\/x"/,
    mend: /such as http:\/\/localhost:3000\/x$/,
  });
  assert.throws(given('ws://127.0.0.1:1/'), { mend: /a scenario file opens WebSockets/ });
});

test('[CLI-11] load run: what the flags say is what the run is told', () => {
  const flags = ['-R', '9', '-c', '3', '--timeout', '250ms', '--pacing', 'precise', '--seed', '4'];
  const { target, maxConnections, timeoutMs, pacing, seed } = readLoadRequest([...URL_AND_TIME, ...flags], {}).plan;
  assert.deepEqual([target, maxConnections, timeoutMs, pacing, seed], ['http://127.0.0.1', 3, 250, 'precise', 4]);
  const { outputs } = readLoadRequest(URL_AND_TIME, {});
  assert.deepEqual(outputs, { json: undefined, html: undefined, md: undefined, junit: undefined });
});

test('[CLI-18] at most 1 % of errors unless a threshold on errors or --max-errors says otherwise', () => {
  const textsOf = (...flags: string[]): string[] => {
    return readLoadRequest([...URL_AND_TIME, '-R', '9', ...flags], {}).thresholds.map(({ text }) => text);
  };
  const p99 = ['--threshold', 'http.p99<200'];
  assert.deepEqual(textsOf(), ['errors<=1%']);
  assert.deepEqual(textsOf(...p99), ['errors<=1%', 'http.p99<200']);
  assert.deepEqual(textsOf(...p99, '--threshold', 'errors<5%'), ['http.p99<200', 'errors<5%']);
  assert.deepEqual(textsOf('--max-errors', '100%', '--threshold', 'errors.reset<=0'), [
    'errors<=100%',
    'errors.reset<=0',
  ]);
});

test('[CLI-18] interrupted ends with 130, invalid with 4, a threshold that is not met with 6', () => {
  const codeOf = (interrupted: boolean, verdict: string, ...outcomes: string[]): number => {
    const thresholds = outcomes.map((outcome) => ({ outcome }));
    return exitCodeOfLoad({ interrupted, validity: { verdict } } as never, thresholds as never);
  };
  assert.deepEqual(
    [
      codeOf(false, 'valid', 'met', 'met'),
      codeOf(false, 'valid', 'met', 'missed'),
      codeOf(false, 'valid', 'unknown'),
      codeOf(false, 'invalid', 'missed'),
      codeOf(true, 'invalid', 'missed'),
    ],
    [0, 6, 6, 4, 130],
  );
});

test('[CLI-10] single invalid runs are shown, more than half of them end with 4', () => {
  const invalid = new Array(4).fill({ round: 0, arm: 'a', phase: 'p', stream: 's', reasons: [] });
  const codeOf = (count: number, runs: number): number =>
    exitCodeOfProof({
      outcome: 'complete',
      validity: { runs, invalid: invalid.slice(0, count) },
      ...{ rows: [], capacity: [] },
    } as never);
  assert.deepEqual([codeOf(0, 0), codeOf(0, 8), codeOf(4, 8), codeOf(4, 7)], [0, 0, 0, 4]);
});

test('[CLI-23] an arm that died while its capacity was searched ends with 3, though the result is whole', () => {
  const codeOf = (death: string | null, outcome: 'complete' | 'interrupted' = 'complete'): number =>
    exitCodeOfProof({
      outcome,
      validity: { runs: 4, invalid: [] },
      rows: [],
      capacity: [{ arms: [{ death }] }],
    } as never);
  assert.deepEqual([codeOf(null), codeOf('exit code 7'), codeOf('exit code 7', 'interrupted')], [0, 3, 130]);
  const lostBy = (...limits: string[]): number => {
    const arms = limits.map((limitedBy) => ({ death: 'lost', limitedBy }));
    return exitCodeOfProof({
      outcome: 'complete',
      validity: { runs: 4, invalid: [] },
      rows: [],
      capacity: [{ arms }],
    } as never);
  };
  assert.deepEqual(
    [lostBy('port-in-use'), lostBy('port-in-use', 'died')],
    [2, 3],
    'a taken port is no fault of the arm',
  );
});

test('[CLI-27] a row without one good answer in any arm ends with 6', () => {
  /** Of rows such as `2/9 0/9`: failed requests of all, by arm. */
  const codeOf = (...table: string[]): number => {
    const rows = table.map((row) => ({
      arms: row.split(' ').map((arm) => {
        const [errors, requests] = arm.split('/').map(Number);
        return { requests, errors };
      }),
    }));
    const ended = { outcome: 'complete', validity: { runs: 4, invalid: [] }, capacity: [] };
    return exitCodeOfProof({ ...ended, rows } as never);
  };
  assert.deepEqual([codeOf('0/9 1/9'), codeOf('9/9 8/9'), codeOf('0/0 0/0')], [0, 0, 0]);
  assert.equal(codeOf('0/9 1/9', '9/9 5/5'), 6);
});

test('[CLI-13] a second signal kills, a third gives up; the echo of one press is one', () => {
  const npm = samePressMs({ npm_lifecycle_event: 'start' });
  assert.deepEqual(pressing(npm, [1000, 1100, 1600, 3000]), ['stop', 'stop', 'kill', 'given up']);
});

test('[CLI-13] nobody repeats a press where there is no npm: each counts, however close', () => {
  assert.deepEqual(pressing(samePressMs({}), [1000, 1001, 1002]), ['stop', 'kill', 'given up']);
});

/** How far one is after each signal at these milliseconds. */
function pressing(echoMs: number, moments: readonly number[]): string[] {
  let at = 0;
  let gaveUp = 0;
  const listeners = new Map<string, () => void>();
  const source = {
    on: (name: string, listener: () => void) => listeners.set(name, listener),
    off: (name: string) => listeners.delete(name),
  };
  const interrupts = watchInterrupts(source, { giveUp: () => gaveUp++, now: () => at, echoMs });
  const states = moments.map((ms, i) => {
    at = ms;
    listeners.get(i % 2 === 0 ? 'SIGINT' : 'SIGTERM')?.();
    if (gaveUp > 0) return 'given up';
    return interrupts.kill.aborted ? 'kill' : interrupts.stop.aborted ? 'stop' : 'heard nothing';
  });
  interrupts[Symbol.dispose]();
  assert.equal(listeners.size, 0);
  return states;
}
