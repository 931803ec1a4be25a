import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Measurement, overRounds } from '../measurement.ts';
import { buildPackages } from './built.ts';
import { type ChildOptions, FROM_SOURCES, startChild } from './child.ts';
import { withCommand } from './command-run.ts';

const FIXED_SERVER = new URL('./fixed-server.ts', import.meta.url);
const HELD_SERVER = new URL('./held-server.ts', import.meta.url);
const START_RUN = new URL('./start-run.js', import.meta.url);
const CONNECTION_RUN = new URL('./connection-run.ts', import.meta.url);
const FLAT_RUN = new URL('./flat-run.ts', import.meta.url);
/** V8 grows the space of young objects when it sees fit, by more than the goal; here it has its full size at once. */
const YOUNG_SPACE = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

/** Resident memory of a fresh process after one request, of the built package as a user has it. */
export async function measureStartMemory(rounds: number): Promise<Measurement> {
  await buildPackages();
  const bytes = await bytesOf(START_RUN, FIXED_SERVER, rounds, [], { nodeArgs: [] });
  return overRounds(
    'load.memory.start',
    bytes.map((one) => one / 1e6),
  );
}

/** Resident memory of the whole command, as a user has it, in the first second of a run. */
export async function measureCommandMemory(rounds: number): Promise<Measurement> {
  await buildPackages();
  await using server = await startChild<{ port: number }>(FIXED_SERVER);
  const url = `http://127.0.0.1:${server.ready.port}`;
  const megabytes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    megabytes.push(await withCommand(url, async ({ child }) => (await residentKb(child.pid)) / 1e3));
  }
  return overRounds('load.memory.command', megabytes);
}

/** What each of many open HTTP connections adds to its memory. */
export async function measureConnectionMemory(rounds: number): Promise<Measurement> {
  const bytes = await bytesOf(CONNECTION_RUN, HELD_SERVER, rounds);
  return overRounds(
    'load.memory.connection',
    bytes.map((one) => one / 1e3),
  );
}

/** How its memory grows while one run records `samples`. */
export async function measureFlatMemory(samples: number): Promise<Measurement> {
  const bytes = await bytesOf(FLAT_RUN, FIXED_SERVER, 1, [String(samples)], {
    nodeArgs: [FROM_SOURCES, ...YOUNG_SPACE],
  });
  return overRounds(
    'load.memory.flat',
    bytes.map((one) => one / 1e6),
  );
}

async function bytesOf(
  file: URL,
  serverFile: URL,
  rounds: number,
  args: readonly string[] = [],
  options: ChildOptions = {},
): Promise<number[]> {
  await using server = await startChild<{ port: number }>(serverFile);
  const url = `http://127.0.0.1:${server.ready.port}`;
  const bytes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await using child = await startChild<{ bytes: number }>(file, [url, ...args], options);
    bytes.push(child.ready.bytes);
  }
  return bytes;
}

/** Resident memory of another process, in units of 1,000 bytes. */
async function residentKb(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return (Number(stdout) * 1_024) / 1e3;
}
