import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PaidRun } from './beside.ts';

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

/** Keep-alive GET over 64 connections by one thread; the shell's own timer gives user and system time. */
export async function runWrk(url: string, seconds: number): Promise<PaidRun> {
  const script = `TIMEFORMAT='cpu %U %S'; time wrk -t1 -c64 -d${seconds}s ${url}`;
  const { stdout, stderr } = await run('bash', ['-c', script]);
  const requests = /(\d+) requests in/.exec(stdout)?.[1];
  const cpu = /cpu ([\d.]+) ([\d.]+)/.exec(stderr);
  if (requests === undefined || cpu === null) throw new Error(`wrk said: ${stdout}${stderr}`);
  const failed = wrkFailures(stdout);
  if (failed !== undefined) throw new Error(`wrk: ${failed}`);
  return { requests: Number(requests), cpuSeconds: Number(cpu[1]) + Number(cpu[2]) };
}

/** The line in which wrk admits that requests failed, which it counts with the others. */
export function wrkFailures(stdout: string): string | undefined {
  return /^ *(Socket errors|Non-2xx).*$/m.exec(stdout)?.[0].trim();
}
