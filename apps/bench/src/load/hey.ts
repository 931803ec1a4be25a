import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PaidRun } from './beside.ts';
import { runTimed } from './timed-command.ts';

const run = promisify(execFile);

/** Its version, or why there is none. The command does not tell it, so that of its Debian package is taken. */
export async function heyVersion(): Promise<{ readonly version: string } | { readonly failed: string }> {
  try {
    // It prints its usage and ends with exit code 1.
    await run('hey').catch((error: { code?: unknown }) => {
      if (error.code !== 1) throw error;
    });
  } catch (error) {
    return { failed: `hey: ${(error as NodeJS.ErrnoException).code} (Debian package: hey)` };
  }
  const { stdout } = await run('dpkg-query', ['-W', 'hey']).catch(() => ({ stdout: '' }));
  return { version: /^hey\t(\S+)/.exec(stdout)?.[1] ?? 'of unknown version' };
}

/** Keep-alive GET over 64 connections by one thread. */
export async function runHey(url: string, seconds: number): Promise<PaidRun> {
  const { stdout, cpuSeconds } = await runTimed('hey', ['-c', '64', '-cpus', '1', '-z', `${seconds}s`, url]);
  return { requests: heyAnswers(stdout), cpuSeconds };
}

/** Good answers of a run. It looks no further than its first million of them, which would be too few. @throws when others are among them */
export function heyAnswers(stdout: string): number {
  const failed =
    /^Error distribution:\n.*$/m.exec(stdout)?.[0] ?? /^ +\[(?!200\])\d+\]\t\d+ responses$/m.exec(stdout)?.[0];
  const answers = /^ +\[200\]\t(\d+) responses$/m.exec(stdout)?.[1];
  if (failed !== undefined || answers === undefined) throw new Error(`hey: ${(failed ?? stdout).trim()}`);
  if (Number(answers) >= 1_000_000) throw new Error('hey: more answers than it counts');
  return Number(answers);
}
