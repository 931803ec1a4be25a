import type { ProbeContext, ProbeSpec } from '@millrace/load/prove';
import { type Ask, createAsk, expectStatus, repeatFor } from './probe-client.ts';
import type { Trader } from './trader.ts';

/** After so many stale answers to one write a path is given up: it never shows it. */
const MOST_READS = 100;

/** A path that keeps answers, and whether one of them shows a write. */
interface CachedPath {
  readonly path: string;
  shows(body: never, written: number, before: never): boolean;
}

const listed = ({ items }: { items: { id: number }[] }, id: number): boolean => items.some((item) => item.id === id);

const AFTER_STRATEGY: readonly CachedPath[] = [
  { path: '/api/v1/strategies?limit=20', shows: listed },
  {
    path: '/api/v1/strategies/overview',
    shows: (now: { total: number }, _id, before: { total: number }) => now.total > before.total,
  },
];

const AFTER_SIGNAL: readonly CachedPath[] = [
  { path: '/api/v1/signals?limit=50', shows: listed },
  {
    path: '/api/v1/signals/statistics/summary',
    shows: (now: { total: number }, _id, before: { total: number }) => now.total > before.total,
  },
];

/**
 * Writes as a user whom nobody else plays, and reads back every path that keeps answers: each read that shows a state
 * from before the acknowledged write is stale.
 */
export function staleReadProbe(trader: Trader): ProbeSpec {
  return {
    id: 'stale reads',
    async run(context: ProbeContext) {
      const ask = createAsk(context, trader);
      const counted = { staleReads: 0, readsAfterWrite: 0 };
      let number = 0;
      await repeatFor(context, async () => {
        number += 1;
        await writeAndRead(ask, trader, AFTER_STRATEGY, () => createStrategy(ask, trader, number), counted);
        await writeAndRead(ask, trader, AFTER_SIGNAL, () => recordSignal(ask, trader), counted);
      });
      return { counters: counted, histograms: {} };
    },
  };
}

async function writeAndRead(
  ask: Ask,
  { token }: Trader,
  paths: readonly CachedPath[],
  write: () => Promise<number>,
  counted: { staleReads: number; readsAfterWrite: number },
): Promise<void> {
  const read = async ({ path }: CachedPath): Promise<never> => {
    const answer = await ask('GET', path, token);
    expectStatus(answer, 200, `GET ${path}`);
    return answer.body as never;
  };
  const before = await Promise.all(paths.map(read));
  const written = await write();
  for (const [i, path] of paths.entries()) {
    for (let reads = 0; reads < MOST_READS; reads++) {
      counted.readsAfterWrite += 1;
      if (path.shows(await read(path), written, before[i] as never)) break;
      counted.staleReads += 1;
    }
  }
}

async function createStrategy(ask: Ask, { token }: Trader, number: number): Promise<number> {
  const answer = await ask('POST', '/api/v1/strategies', token, {
    ...{ name: `probe ${number}`, strategyClass: 'Probe', exchange: 'binance' },
    ...{ timeframe: '5m', pairWhitelist: ['BTC/USDT'] },
  });
  expectStatus(answer, 201, 'creating a strategy');
  return (answer.body as { id: number }).id;
}

async function recordSignal(ask: Ask, { token, strategyIds }: Trader): Promise<number> {
  const signal = { pair: 'BTC/USDT', action: 'buy', signalStrength: 0.5, currentRate: 100 };
  const answer = await ask('POST', `/api/v1/signals/webhook/${strategyIds[0]}`, token, signal);
  expectStatus(answer, 201, 'recording a signal');
  return (answer.body as { id: number }).id;
}
