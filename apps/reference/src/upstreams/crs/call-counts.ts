import type { CrsEndpoint } from './latency.ts';

/** What the upstream has seen since it started or was last reset. Its own control requests are left out. */
export interface CrsCounts {
  /** TCP connections opened that carried at least one request. */
  readonly connections: number;
  /** Accepted calls by endpoint, then by what was asked for: the user, the days, the key; `global` for the dashboard. */
  readonly calls: Readonly<Partial<Record<CrsEndpoint, Readonly<Record<string, number>>>>>;
  /** The sum over {@link CrsCounts.calls}. */
  readonly totalCalls: number;
  /** Requests answered 401. */
  readonly refused: number;
  /** Accepted calls answered with a planted error. */
  readonly errors: number;
  /** Accepted calls held up by a planted hang. */
  readonly hangs: number;
}

/** Beyond this many keys of one endpoint, calls are counted together under {@link OTHER_KEYS}. */
export const MAX_KEYS = 10_000;
export const OTHER_KEYS = '(other)';

export interface CallCounter {
  connection(): void;
  call(endpoint: CrsEndpoint, key: string): void;
  fault(kind: 'refused' | 'errors' | 'hangs'): void;
  read(): CrsCounts;
  reset(): void;
}

export function createCallCounter(): CallCounter {
  const calls = new Map<CrsEndpoint, Map<string, number>>();
  const sums = { connections: 0, totalCalls: 0, refused: 0, errors: 0, hangs: 0 };
  return {
    connection: () => void sums.connections++,
    fault: (kind) => void sums[kind]++,
    call(endpoint, key) {
      const byKey = calls.get(endpoint) ?? new Map<string, number>();
      calls.set(endpoint, byKey);
      const name = byKey.has(key) || byKey.size < MAX_KEYS ? key : OTHER_KEYS;
      byKey.set(name, (byKey.get(name) ?? 0) + 1);
      sums.totalCalls++;
    },
    read: () => ({
      ...sums,
      calls: Object.fromEntries([...calls].map(([name, byKey]) => [name, Object.fromEntries(byKey)])),
    }),
    reset() {
      calls.clear();
      Object.assign(sums, { connections: 0, totalCalls: 0, refused: 0, errors: 0, hangs: 0 });
    },
  };
}
