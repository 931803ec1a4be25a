import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineScenario } from '@millrace/load';
import { type DigestRequest, defineProof, type ProofManifest } from '@millrace/load/prove';
import { CUSTOMERS, ORDERS, writeOrders } from './data.ts';

const SERVICE = fileURLToPath(new URL('./service.ts', import.meta.url));

/** How long a round sends. */
const SECONDS = Number(process.env.PROVE_SECONDS ?? 5);

const JSON_HEADERS = { 'content-type': 'application/json' };

const shop = defineScenario({
  name: 'shop',
  users: CUSTOMERS.length,
  createUser: (index) => ({ customer: CUSTOMERS[index] ?? '' }),
  steps: [
    {
      name: 'one order',
      weight: 50,
      build: (_user, random) => ({ method: 'GET', path: `/orders/${1 + random.int(ORDERS)}` }),
    },
    {
      name: 'my orders',
      weight: 30,
      build: ({ customer }) => ({ method: 'GET', path: `/customers/${customer}/orders` }),
    },
    { name: 'report', weight: 19, build: () => ({ method: 'GET', path: '/report' }) },
    {
      name: 'new order',
      weight: 1,
      build: ({ customer }, random) => ({
        method: 'POST',
        path: '/orders',
        headers: JSON_HEADERS,
        body: JSON.stringify({ customer, amount: 1 + random.int(50_000) }),
        expect: [201],
      }),
    },
  ],
});

const digests: readonly DigestRequest[] = [
  { name: 'one order', method: 'GET', path: '/orders/17' },
  { name: 'an order that is not there', method: 'GET', path: `/orders/${ORDERS + 1}` },
  { name: 'orders of a customer', method: 'GET', path: '/customers/customer-3/orders' },
  { name: 'the report', method: 'GET', path: '/report' },
  {
    name: 'a new order',
    method: 'POST',
    path: '/orders',
    headers: JSON_HEADERS,
    body: JSON.stringify({ customer: 'customer-3', amount: 1_000_000 }),
  },
  { name: 'the report with the new order', method: 'GET', path: '/report' },
];

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The order service with its report added up for each request, against the same service with the report cached. */
export const proof: ProofManifest = defineProof({
  name: 'order service',
  arms: [
    { id: 'computed', label: 'report computed' },
    { id: 'cached', label: 'report cached' },
  ],
  async prepare({ seed, say }) {
    say(`writing ${ORDERS} orders`);
    const folder = await mkdtemp(join(tmpdir(), 'order-service-'));
    const template = join(folder, 'template.db');
    writeOrders(template, seed);
    return {
      facts: { database: 'SQLite', data: `${ORDERS} orders, seed ${seed}` },
      async startRound(arm, round) {
        const database = join(folder, `${arm}-${round}.db`);
        await copyFile(template, database);
        const port = await freePort();
        return {
          command: [process.execPath, SERVICE],
          env: { NODE_ENV: 'production', DATABASE: database, PORT: String(port), REPORT: arm },
          baseUrl: `http://127.0.0.1:${port}`,
          readyPath: '/ready',
          countersPath: '/internal/counters',
          close: () => rm(database),
        };
      },
      phases: [
        {
          id: 'shop',
          rounds: 'each',
          warmUp: [
            {
              id: 'first requests',
              scenario: shop,
              arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: 500 },
            },
          ],
          streams: [
            {
              id: 'shop',
              scenario: shop,
              arrivals: { kind: 'constant', ratePerSecond: 100, durationMs: SECONDS * 1_000 },
            },
          ],
        },
      ],
      rows: [
        { id: 'all', phase: 'shop', stream: 'shop', label: 'all requests, 100/s' },
        { id: 'report', phase: 'shop', stream: 'shop', only: ['report'], label: 'the report' },
      ],
      digests,
      capacity: [
        {
          id: 'shop',
          label: 'the shop',
          slo: { p99Ms: 100, errorShare: 0.001 },
          startPerSecond: 50,
          maxPerSecond: 5_000,
          stream: (arrivals) => ({ id: 'shop', scenario: shop, arrivals }),
        },
      ],
      close: () => rm(folder, { recursive: true }),
    };
  },
});
