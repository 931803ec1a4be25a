import { access, constants, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { RunUser } from './run-user.ts';

const MEMORY = '/dev/shm';
const TMPFS = 0x01021994;
const MIN_MEMORY_BYTES = 2 * 1024 ** 3;
/** Room for `/millrace-postgres-0123456789ab/.s.PGSQL.65535` below the 104 bytes of the shortest socket address (macOS). */
const MAX_BASE_BYTES = 55;

/**
 * Where to put what is thrown away: where `TMPDIR` says; else in memory when there is room, because ext4 creates files up
 * to thirty times slower for minutes after many were deleted nearby, and a cluster has a thousand of them; else on disk.
 */
export async function dataFolderBase(user?: RunUser): Promise<string> {
  if (process.env.TMPDIR) return diskFolderBase(user);
  return (await hasRoomInMemory()) ? MEMORY : diskFolderBase(user);
}

/** The usual temporary folder, or `/tmp` when that is too long for a socket or closed to `user`. */
export async function diskFolderBase(user?: RunUser): Promise<string> {
  const usual = tmpdir();
  if (Buffer.byteLength(usual) > MAX_BASE_BYTES) return '/tmp';
  return user === undefined || (await isOpenToAll(usual)) ? usual : '/tmp';
}

async function hasRoomInMemory(): Promise<boolean> {
  const memory = await statfs(MEMORY).catch(() => undefined);
  const roomy = memory?.type === TMPFS && memory.bavail * memory.bsize >= MIN_MEMORY_BYTES;
  const usable = access(MEMORY, constants.W_OK | constants.X_OK).then(() => isOpenToAll(MEMORY));
  return roomy && usable.catch(() => false);
}

async function isOpenToAll(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || (found.mode & 0o001) === 0) return false;
  const above = dirname(folder);
  return above === folder || isOpenToAll(above);
}
