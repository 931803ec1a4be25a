import type { Trial } from '@millrace/reference/trial';
import type { FaultProxy } from 'millrace/testing';
import type { FaultId } from '../goals.ts';
import type { MixName } from './checked-mix.ts';

/** What a fault is done to. */
export interface Victims {
  readonly trial: Trial;
  /** Before Postgres. */
  readonly database: FaultProxy;
  /** Before the key service. */
  readonly upstream: FaultProxy;
}

/** One thing that happens to what the service depends on. */
export interface FaultSpec {
  readonly id: FaultId;
  readonly mix: MixName;
  /** Whether the service talks to Postgres itself: a server that is really gone refuses by itself. */
  readonly direct?: boolean;
  begin(victims: Victims): Promise<void> | void;
  /** Resolves as soon as the dependency accepts again. */
  end(victims: Victims): Promise<void> | void;
}

const RESET_EVERY_MS = 200;

function power({ trial }: Victims) {
  if (trial.postgres.power === undefined) throw new Error('this server is not ours to stop; unset DATABASE_URL');
  return trial.postgres.power;
}

/** Resets every open connection now and then until it is ended. */
function repeatedResets(id: FaultId): FaultSpec {
  let timer: NodeJS.Timeout | undefined;
  return {
    ...{ id, mix: 'trader' },
    begin({ database }) {
      timer = setInterval(() => database.resetAll(), RESET_EVERY_MS);
      database.resetAll();
    },
    end: () => clearInterval(timer),
  };
}

function stop(id: FaultId, how: 'crash' | 'fast'): FaultSpec {
  const begin = (victims: Victims): Promise<void> => power(victims).stop(how);
  return { ...{ id, mix: 'trader', direct: true, begin }, end: (victims) => power(victims).start() };
}

function through(
  id: FaultId,
  where: 'database' | 'upstream',
  faults: Parameters<FaultProxy['set']>[0],
  begin?: (proxy: FaultProxy) => void,
): FaultSpec {
  return {
    ...{ id, mix: where === 'database' ? 'trader' : 'portal' },
    begin(victims) {
      victims[where].set(faults);
      begin?.(victims[where]);
    },
    end: (victims) => victims[where].clear(),
  };
}

const SLOW_LINE = { latencyMs: 100, jitterMs: 50, bandwidthBytesPerS: 1_000_000 };
const cut = (proxy: FaultProxy): void => proxy.resetAll();

/** Every fault, in the order of the goals. */
export const FAULT_SPECS: readonly FaultSpec[] = [
  stop('postgres-restart', 'crash'),
  stop('postgres-stop', 'fast'),
  repeatedResets('postgres-resets'),
  through('postgres-half-open', 'database', { halfOpen: true }),
  through('postgres-slow', 'database', SLOW_LINE),
  through('upstream-down', 'upstream', { refuse: true }, cut),
  through('upstream-half-open', 'upstream', { halfOpen: true }),
  through('upstream-slow', 'upstream', { latencyMs: 1_500, jitterMs: 500 }),
  through('upstream-corrupt', 'upstream', { down: { corruptByte: { probability: 0.005 } } }),
];
