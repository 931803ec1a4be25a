import { readFile } from 'node:fs/promises';

/** Another user to run a service as. */
export interface RunUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const NOBODY: RunUser = { name: 'nobody', uid: 65_534, gid: 65_534 };

/** Postgres refuses to run as root: then it is `nobody`, who needs no account of ours. Otherwise nobody else. */
export async function postgresUser(): Promise<RunUser | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, , uid, gid] = (/^nobody:.*$/m.exec(accounts)?.[0] ?? '').split(':');
  return uid && gid ? { name: 'nobody', uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 } : NOBODY;
}

/** The options that make `spawn` and `execFile` run a program as `user`. They take signed numbers, as macOS writes -2. */
export function runAs(user: RunUser | undefined): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid | 0, gid: user.gid | 0 };
}
