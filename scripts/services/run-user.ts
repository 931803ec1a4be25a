import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

/** Another user to run a service as. */
export interface RunUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Room for `/millrace-postgres-0123456789ab/.s.PGSQL.65535` below the 104 bytes of the shortest socket address (macOS). */
const MAX_BASE_BYTES = 55;
const NOBODY: RunUser = { name: 'nobody', uid: 65_534, gid: 65_534 };

/** Postgres refuses to run as root: then it is `nobody`, who needs no account of ours. Otherwise nobody else. */
export async function postgresUser(): Promise<RunUser | undefined> {
  if (process.geteuid?.() !== 0) return undefined;
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, , uid, gid] = (/^nobody:.*$/m.exec(accounts)?.[0] ?? '').split(':');
  return uid && gid ? { name: 'nobody', uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 } : NOBODY;
}

/** The temporary folder to work in: the usual one, or `/tmp` when that is too long for a socket or closed to `user`. */
export async function runFolderBase(user?: RunUser): Promise<string> {
  const usual = tmpdir();
  if (Buffer.byteLength(usual) > MAX_BASE_BYTES) return '/tmp';
  return user === undefined || (await isOpenToAll(usual)) ? usual : '/tmp';
}

async function isOpenToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  const above = dirname(folder);
  return above === folder || isOpenToAll(above);
}
