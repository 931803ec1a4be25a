import { type Measurement, overRounds } from '../measurement.ts';
import { type PaidRun, perCpuSecond, starved } from './beside.ts';
import { startChild } from './child.ts';

const SCRIPTED_SERVER = new URL('./scripted-server.ts', import.meta.url);
const SCRIPTED_RUN = new URL('./scripted-run.ts', import.meta.url);

/** Requests of a scripted scenario (login, token, three weighted calls, CSV rows, JSON checks) per CPU-second of the client. */
export async function measureScripted(rounds: number, seconds: number): Promise<Measurement> {
  await using server = await startChild<{ port: number }>(SCRIPTED_SERVER);
  const url = `http://127.0.0.1:${server.ready.port}`;
  const runs: PaidRun[] = [];
  for (let round = 0; round < rounds; round++) {
    await using child = await startChild<PaidRun>(SCRIPTED_RUN, [url, String(seconds * 1_000)]);
    runs.push(child.ready);
  }
  return { ...overRounds('load.scripted.cpu', runs.map(perCpuSecond)), ...starved(runs) };
}
