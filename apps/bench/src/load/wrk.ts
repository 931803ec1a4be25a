import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PaidRun } from './beside.ts';
import { runTimed } from './timed-command.ts';

const run = promisify(execFile);

/** `4.1.0`, or why there is none: the command that failed. */
export async function wrkVersion(): Promise<{ readonly version: string } | { readonly failed: string }> {
  try {
    await run('wrk', ['--version']);
  } catch (error) {
    // wrk prints its version and then its usage, with exit code 1.
    const { code, stdout } = error as { code?: number | string; stdout?: string };
    const version = /wrk (?:debian\/)?([\d.]+)/.exec(stdout ?? '')?.[1];
    if (version !== undefined) return { version };
    return { failed: `wrk --version: ${code} (Debian package: wrk)` };
  }
  return { failed: 'wrk --version: said nothing' };
}

/** Keep-alive GET over 64 connections by one thread. */
export async function runWrk(url: string, seconds: number): Promise<PaidRun> {
  const { stdout, cpuSeconds } = await runTimed('wrk', ['-t1', '-c64', `-d${seconds}s`, url]);
  const requests = /(\d+) requests in/.exec(stdout)?.[1];
  if (requests === undefined) throw new Error(`wrk said: ${stdout}`);
  const failed = wrkFailures(stdout);
  if (failed !== undefined) throw new Error(`wrk: ${failed}`);
  return { requests: Number(requests), cpuSeconds };
}

/** The line in which wrk admits that requests failed, which it counts with the others. */
export function wrkFailures(stdout: string): string | undefined {
  return /^ *(Socket errors|Non-2xx).*$/m.exec(stdout)?.[0].trim();
}
