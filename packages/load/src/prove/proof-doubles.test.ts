import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import type { LoadResult, StepResult } from '../result/index.ts';
import { defineScenario } from '../scenario/index.ts';
import type { ArmProcess, CapacitySpec, PhaseSpec, PreparedService, ProofManifest } from './manifest.ts';
import type { LoadRunner } from './phase-run.ts';

/** Doubles for the tests of this folder: results made of given times, a runner that sends nothing, and a small real arm. */

export const BEFORE = { id: 'old', label: 'before' } as const;
export const AFTER = { id: 'new', label: 'after' } as const;

export function timesUs(times: readonly number[]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const time of times) histogram.record(time);
  return histogram.snapshot();
}

/** A step whose requests took these milliseconds. */
export function stepOf(timesMs: readonly number[], extra: Partial<StepResult> = {}): StepResult {
  const failed = Object.values(extra.errors ?? {}).reduce((sum, count) => sum + count, 0);
  const times = timesUs(timesMs.map((time) => time * 1000));
  return {
    sent: timesMs.length,
    ok: timesMs.length - failed,
    errors: {},
    interrupted: 0,
    resent: 0,
    statuses: { 200: timesMs.length - failed },
    censored: 0,
    censoredFromUs: 0,
    bodyBytes: 0,
    responseTimeUs: times,
    serviceTimeUs: times,
    firstByteTimeUs: times,
    refusedResponseTimeUs: timesUs([]),
    refusedServiceTimeUs: timesUs([]),
    ...extra,
  };
}

export function resultOf(total: StepResult, extra: Partial<LoadResult> = {}): LoadResult {
  return {
    schema: 'millrace-load-result/2',
    scenario: 'fake',
    target: 'http://127.0.0.1',
    seed: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    arrivals: { kind: 'constant', poisson: false, planned: total.sent, durationMs: 1000, targetPerSecond: total.sent },
    achievedRatio: 1,
    interrupted: false,
    total,
    steps: { all: total },
    seconds: [],
    generator: {
      sendLagUs: timesUs([100]),
      connectTimeUs: timesUs([100]),
      tlsTimeUs: timesUs([]),
      scheduleLagUs: timesUs([50]),
      ...{ cpuMs: 1, elapsedMs: 1000, loopDelayP99Us: 1000, connectionsOpened: 1 },
    },
    drainMs: 0,
    validity: { verdict: 'valid', reasons: [] },
    ...extra,
  } as LoadResult;
}

const SCENARIO = defineScenario({
  name: 'fake',
  users: 1,
  createUser: () => ({}),
  steps: [{ name: 'all', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});

/** A phase of one stream `main` that plans `seconds`. */
export function phaseOf(id: string, extra: Partial<PhaseSpec> & { readonly seconds?: number } = {}): PhaseSpec {
  const { seconds = 1, ...spec } = extra;
  const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: seconds * 1000 } as const;
  return { id, rounds: 'each', streams: [{ id: 'main', scenario: SCENARIO, arrivals }], ...spec };
}

/** A workload whose capacity can be searched. */
export const MIX_CAPACITY: CapacitySpec = {
  id: 'mix',
  label: 'the mix',
  slo: { p99Ms: 200, errorShare: 0.001 },
  startPerSecond: 20,
  maxPerSecond: 5_000,
  stream: (arrivals) => ({ id: 'steps', scenario: SCENARIO, arrivals }),
};

/** Answers at once with a thousand requests of 1 ms. */
export const instantRunner: LoadRunner = async () => resultOf(stepOf(new Array(1000).fill(1)));

/*
 * Answers /ready, /counters (which counts its own readings as queries), /readings, /pid, /busy (and then blocks its
 * loop for a while), /hangs-up (without an answer), /dies (and does); /named names the arm, every other path answers alike.
 * BEHAVIOUR: `mute` never becomes ready, `deaf` ignores SIGTERM, `dies` ends at the second reading of its counters,
 * `refuses` ends at once, `taken` too, for want of its port, `parent` has a child, `countless` and `miscounts` have no proper counters.
 */
const ARM = `
const { createServer } = require('node:http');
const { ARM_PORT, ARM_NAME, BEHAVIOUR } = process.env;
if (BEHAVIOUR === 'refuses') { console.error('no database at all'); process.exit(3); }
if (BEHAVIOUR === 'taken') { console.error('Error: listen EADDRINUSE'); process.exit(1); }
if (BEHAVIOUR === 'parent') require('node:child_process').spawn('sleep', ['300']);
if (BEHAVIOUR === 'deaf') process.on('SIGTERM', () => {});
let readings = 0;
createServer((request, response) => {
  if (request.url === '/ready') return response.writeHead(BEHAVIOUR === 'mute' ? 503 : 200).end();
  if (request.url === '/counters') {
    readings++;
    if (BEHAVIOUR === 'countless') return response.writeHead(404).end();
    if (BEHAVIOUR === 'miscounts') return response.end('{"counters":{"dbQueries":"2"},"histograms":{}}');
    if (BEHAVIOUR === 'dies' && readings === 2) process.exit(7);
    return response.end(JSON.stringify({ counters: { cpuUs: readings * 1000, dbQueries: readings }, histograms: {} }));
  }
  if (request.url === '/pid') return response.end(String(process.pid));
  if (request.url === '/readings') return response.end(String(readings));
  if (request.url === '/dies') process.exit(7);
  if (request.url === '/hangs-up') return request.socket.destroy();
  if (request.url === '/busy') setTimeout(() => { for (const end = Date.now() + 400; Date.now() < end; ); }, 2);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ path: request.url, name: request.url === '/named' ? ARM_NAME : 'same' }));
}).listen(Number(ARM_PORT), '127.0.0.1');
`;

/** Whether a process runs. What only waits to be reaped counts as gone. */
export function isAlive(pid: number): boolean {
  return statOf(pid) !== undefined;
}

/** The processes of a group that run. */
export function groupMembers(group: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => statOf(pid)?.group === group);
}

function statOf(pid: number): { readonly group: number } | undefined {
  try {
    const [state, , group] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return state === 'Z' || state === 'X' ? undefined : { group: Number(group) };
  } catch {
    return undefined;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** The process description of a small real arm. */
export async function testArm(
  env: Record<string, string> = {},
  close = async (): Promise<void> => {},
): Promise<ArmProcess> {
  const port = await freePort();
  return {
    command: [process.execPath, '-e', ARM],
    env: { ARM_PORT: String(port), NODE_OPTIONS: '', ...env },
    baseUrl: `http://127.0.0.1:${port}`,
    readyPath: '/ready',
    countersPath: '/counters',
    close,
  };
}

/** What a test manifest did, in order. */
export interface TestManifest extends ProofManifest {
  readonly log: string[];
}

export interface TestService extends Partial<PreparedService> {
  /** BEHAVIOUR of an arm's process in a round. */
  readonly behaviour?: (armId: string, round: number) => string;
}

/** A manifest of the small real arm, with one phase unless told otherwise. */
export function testManifest(service: TestService = {}): TestManifest {
  const log: string[] = [];
  const { behaviour = () => 'plain', ...rest } = service;
  return {
    name: 'test service',
    arms: [BEFORE, AFTER],
    log,
    async prepare() {
      log.push('prepare');
      return {
        facts: { database: 'none' },
        async startRound(armId, round) {
          log.push(`start ${armId} ${round}`);
          const env = { ARM_NAME: armId, BEHAVIOUR: behaviour(armId, round) };
          return testArm(env, async () => void log.push(`free ${armId} ${round}`));
        },
        phases: [phaseOf('mix')],
        rows: [{ id: 'all', phase: 'mix', stream: 'main', label: 'all requests' }],
        digests: [],
        close: async () => void log.push('close'),
        ...rest,
      };
    },
  };
}
