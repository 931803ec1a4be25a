import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeout } from 'millrace/core';
import type { HolderReport } from './holder.ts';
import { leftovers } from './leftovers.ts';

const HOLDER = new URL('./holder.ts', import.meta.url).pathname;
const BEGIN_TIMEOUT_MS = 30_000;
const GONE_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

/** How a trial ends its holder. */
export interface TrialEnd {
  /** What the holder does with its servers. */
  readonly mode: 'hold' | 'tidy' | 'restart';
  /** After how much of its life, in milliseconds since it began. */
  readonly afterMs: number;
  readonly signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM';
  /** Whether the whole process group gets it, as from a terminal, or the holder alone. */
  readonly group: boolean;
}

/** Starts a holder, ends it, and answers what is left of it once that stops changing for the better: nothing, if all is well. */
export async function runTrial({ mode, afterMs, signal, group }: TrialEnd): Promise<string[]> {
  await using folder = await trialFolder();
  const holder = startHolder(mode, folder.path);
  const exit = once(holder, 'exit');
  const report = await beginning(holder);
  await Promise.race([sleep(afterMs), exit]);
  if (holder.exitCode !== null) return [`the holder ended by itself with ${holder.exitCode}`];
  process.kill(group ? -Number(holder.pid) : Number(holder.pid), signal);
  await withTimeout(exit, GONE_TIMEOUT_MS);
  const left = await settled(folder.path);
  const port = report()?.redisUrl;
  return port !== undefined && (await listens(new URL(port))) ? [...left, `port ${new URL(port).port}`] : left;
}

/** A folder that all of a trial's services work below, open to every user; in memory when there is room. */
export async function trialFolder(): Promise<{ path: string } & AsyncDisposable> {
  const memory = await statfs('/dev/shm').catch(() => undefined);
  const roomy = memory !== undefined && memory.bavail * memory.bsize >= 1024 ** 3;
  const path = await mkdtemp(`${roomy ? '/dev/shm' : tmpdir()}/millrace-trial-`);
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Starts the holder as the leader of a group, with its services below `folder`. */
export function startHolder(mode: string, folder: string): ChildProcess {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...environment } = process.env;
  return spawn(process.execPath, ['--conditions=millrace-source', HOLDER, mode], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, TMPDIR: folder },
  });
}

/** Waits for the holder to begin; answers its later report, as far as it came. */
async function beginning(holder: ChildProcess): Promise<() => HolderReport | undefined> {
  const begun = Promise.withResolvers<void>();
  let report: HolderReport | undefined;
  if (holder.stdout === null) throw new Error('the holder has no output');
  createInterface({ input: holder.stdout }).on('line', (line) => {
    if (line === 'begun') begun.resolve();
    else report = JSON.parse(line);
  });
  await withTimeout(begun.promise, BEGIN_TIMEOUT_MS);
  return () => report;
}

/** What is left below `folder` in the end: the guards need a moment. */
export async function settled(folder: string): Promise<string[]> {
  const end = performance.now() + GONE_TIMEOUT_MS;
  for (;;) {
    const left = await leftovers(folder);
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(POLL_MS);
  }
}

/** Whether somebody answers at the host and port of `url`. */
export function listens(url: URL): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(Number(url.port), url.hostname);
  socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
