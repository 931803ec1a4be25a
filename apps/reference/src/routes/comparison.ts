import type { ApiKey, Gather, Keys, Upstream, UpstreamKeyStats } from '../ports/index.ts';
import { notFound, Problem } from '../problem.ts';

interface ComparedKey extends Pick<ApiKey, 'id' | 'name' | 'status' | 'totalRequests' | 'totalTokens'> {
  readonly upstream: UpstreamKeyStats | null;
  /** Why `upstream` is null. */
  readonly error: string | null;
}

/** Asks the key service for each key. One that fails leaves a gap, not a failure. */
export async function compareKeys(
  keys: Keys,
  upstream: Upstream,
  userId: number,
  keyIds: readonly number[],
  gather: Gather,
): Promise<{ items: ComparedKey[]; failed: number }> {
  if (new Set(keyIds).size < keyIds.length) throw new Problem(400, 'keyIds names a key twice');
  const found = new Map((await keys.find(userId, keyIds)).map((key) => [key.id, key]));
  const chosen = keyIds.map((id) => {
    const key = found.get(id);
    if (!key) throw notFound(`key ${id}`);
    return key;
  });
  const items = await gather<ComparedKey[]>(chosen.map((key) => () => compareKey(key, upstream)));
  return { items, failed: items.filter((item) => item.error !== null).length };
}

async function compareKey(key: ApiKey, upstream: Upstream): Promise<ComparedKey> {
  try {
    return { ...key, upstream: await upstream.keyStats(key.crsKeyId), error: null };
  } catch (error) {
    if (error instanceof Problem) return { ...key, upstream: null, error: error.message };
    throw error;
  }
}
