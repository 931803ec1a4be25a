import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { defineScenario } from '@millrace/load';
import { type ArmProcess, defineProof, type PreparedService, type ProofManifest } from '@millrace/load/prove';
import { defineErrors } from 'millrace/core';

/**
 * A small real service with a manifest, for the tests of the command. SMALL_SERVICE chooses what is wrong with it;
 * SMALL_SERVICE_LOG is a file that gets a line for each process and each clean-up.
 */

const { SMALL_SERVICE: fault = '', SMALL_SERVICE_LOG: logFile } = process.env;

const ERRORS = defineErrors({
  MILLRACE_EXAMPLE_NO_DATABASE: { message: 'no database at {url}', mend: 'start one, or set DATABASE_URL' },
});

const ARM = `
const { createServer } = require('node:http');
const { ARM_PORT, ARM_DELAY_MS, ARM_FAULT } = process.env;
if (ARM_FAULT === 'deaf') process.on('SIGTERM', () => {});
if (ARM_FAULT === 'taken') { console.error('Error: listen EADDRINUSE'); process.exit(1); }
if (ARM_FAULT === 'dies') setTimeout(() => process.exit(9), 500);
createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  const answer = () => response.end(JSON.stringify({ items: [1, 2, Number(ARM_FAULT === 'differs' ? ARM_DELAY_MS : 3)] }));
  if (request.url === '/ready') response.end();
  else setTimeout(answer, Number(ARM_DELAY_MS));
}).listen(Number(ARM_PORT), '127.0.0.1');
`;

function log(line: string): void {
  if (logFile !== undefined) appendFileSync(logFile, `${line}\n`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function startRound(armId: string, round: number): Promise<ArmProcess> {
  const port = await freePort();
  log(`start ${port}`);
  return {
    command: [process.execPath, '-e', ARM],
    env: {
      ARM_PORT: String(port),
      ARM_DELAY_MS: armId === 'slow' ? '8' : '1',
      ARM_FAULT: round < 0 && fault === 'deaf' ? '' : fault,
      NODE_OPTIONS: '',
    },
    baseUrl: `http://127.0.0.1:${port}`,
    readyPath: fault === 'never-ready' && round >= 0 ? '/never' : '/ready',
    close: async () => log(`free ${port}`),
  };
}

function failPrepare(): void {
  if (fault === 'no-database') throw ERRORS.create('MILLRACE_EXAMPLE_NO_DATABASE', { url: 'postgres://nowhere' });
  if (fault === 'port-in-use')
    throw Object.assign(new Error('listen EADDRINUSE: address already in use :::80'), {
      code: 'EADDRINUSE',
      syscall: 'listen',
    });
  if (fault === 'unexpected') throw new Error('a fault\nof two lines');
}

const scenario = defineScenario({
  name: 'items',
  users: 1,
  createUser: () => ({}),
  steps: [{ name: 'list', weight: 1, build: () => ({ method: 'GET', path: '/items' }) }],
});

/** The manifest. */
export const proof: ProofManifest = defineProof({
  name: 'small service',
  arms: [
    { id: 'slow', label: 'slow' },
    { id: 'fast', label: 'fast' },
  ],
  scenarios: ['reading', 'writing'],
  ablations: [{ id: 'slow.again', label: 'slow again', scenario: 'reading', row: 'read', figure: 'p50Ms' }],
  async prepare({ say }): Promise<PreparedService> {
    failPrepare();
    log('prepare');
    say('nothing to load');
    const arrivals = { kind: 'constant', ratePerSecond: 200, durationMs: 500 } as const;
    return {
      facts: { data: 'three numbers' },
      clients: { en: 'No login is needed.', 'zh-CN': '无需登录。' },
      startRound,
      phases: [
        {
          id: 'read',
          scenario: 'reading',
          rounds: 'each',
          streams: [{ id: 'reads', scenario, arrivals, timeoutMs: 2000 }],
        },
      ],
      rows: [{ id: 'read', phase: 'read', stream: 'reads', label: 'reading items at 200/s' }],
      digests: [{ name: 'the items', method: 'GET', path: '/items' }],
      capacity:
        fault === 'no-capacity'
          ? []
          : [
              {
                id: 'read',
                label: 'reading items',
                slo: { p99Ms: 50, errorShare: 0.01 },
                startPerSecond: 2_000,
                maxPerSecond: 2_000,
                minStepMs: 100,
                maxStepMs: 800,
                stream: (atRate) => ({ id: 'reads', scenario, arrivals: atRate }),
              },
            ],
      close: async () => log('close'),
    };
  },
});
