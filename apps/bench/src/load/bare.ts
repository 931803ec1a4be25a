import { type Measurement, overRounds } from '../measurement.ts';
import { startChild } from './child.ts';

const BARE_PACE = new URL('./bare-pace.ts', import.meta.url);
const TIMED_SERVER = new URL('./timed-server.ts', import.meta.url);
/** As in the runs that they stand beside. */
const SPIN_RATE = 10_000;
const DELAY_RATE = 600;
/** Of a delay of 5 ms. */
const ALLOWED_US = 200;

interface Found {
  readonly lagUs: number;
  readonly aboveUs: number;
}

/** How late a loop is that does nothing but wait, and what a client adds that does nothing but read: the machine's own share of a miss. */
export async function measureBare(rounds: number, seconds: number): Promise<Measurement[]> {
  await using server = await startChild<{ port: number }>(TIMED_SERVER);
  const ms = String(seconds * 1_000);
  const lags: number[] = [];
  const shares: number[] = [];
  for (let round = 0; round < rounds; round++) {
    lags.push((await runBare(String(SPIN_RATE), ms)).lagUs);
    shares.push(Math.abs((await runBare(String(DELAY_RATE), ms, String(server.ready.port))).aboveUs) / ALLOWED_US);
  }
  return [overRounds('load.sendlag.bare', lags), overRounds('load.delay.bare', shares)];
}

async function runBare(...args: string[]): Promise<Found> {
  await using child = await startChild<Found>(BARE_PACE, args);
  return child.ready;
}
