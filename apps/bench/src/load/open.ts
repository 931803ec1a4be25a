import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Measurement, overRounds } from '../measurement.ts';
import { startChild } from './child.ts';

const ECHO_SERVER = new URL('./echo-server.ts', import.meta.url);
const OPEN_RUN = new URL('./open-run.ts', import.meta.url);
const GOALS = ['load.websocket.open', 'load.websocket.memory'] as const;
const CONNECTIONS = 10_000;
/** Client and server each need one for every connection, and some for themselves. */
const DESCRIPTORS = CONNECTIONS + 500;

interface Opening {
  readonly seconds: number;
  readonly bytesEach: number;
}

/** How long 10,000 WebSockets take to open, and what each costs. Node raises its limit of descriptors to the hard one by itself. */
export async function measureOpening(rounds: number): Promise<Measurement[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -H -n']);
  if (Number(stdout) < DESCRIPTORS) {
    const skipped = `ulimit -H -n: ${stdout.trim()}, and ${DESCRIPTORS} are needed`;
    return GOALS.map((goal) => ({ goal, value: null, spread: null, skipped }));
  }
  const openings: Opening[] = [];
  for (let round = 0; round < rounds; round++) {
    await using server = await startChild<{ port: number }>(ECHO_SERVER);
    const url = `ws://127.0.0.1:${server.ready.port}`;
    await using child = await startChild<Opening>(OPEN_RUN, [url, String(CONNECTIONS)]);
    openings.push(child.ready);
  }
  const seconds = openings.map((opening) => opening.seconds);
  const kilobytes = openings.map(({ bytesEach }) => bytesEach / 1e3);
  return [overRounds(GOALS[0], seconds), overRounds(GOALS[1], kilobytes)];
}
