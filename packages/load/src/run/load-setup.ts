import type { LoadSetup } from '../result/index.ts';
import type { LoadModel } from './load-part.ts';
import { DEFAULT_CONNECTIONS, DEFAULT_TIMEOUT_MS, type EngineOptions } from './transport.ts';

/** What a setup is made from. */
export interface LoadSetupParts {
  readonly options: EngineOptions;
  readonly model: LoadModel;
  /** Undefined: plain requests, which nobody in particular sends. */
  readonly users: number | undefined;
  readonly pacing: 'precise' | 'eco';
  readonly workers: number;
}

/** What a run was told of its load, filled in; how the shape was written down makes no difference. */
export function setupOf({ options, model, users, pacing, workers }: LoadSetupParts): LoadSetup {
  const { engine = 'fast', maxConnections = DEFAULT_CONNECTIONS, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const { readBytesPerSecond, dns = 'once' } = options;
  return {
    model: model.kind === 'closed' ? 'closed' : 'open',
    ...(users !== undefined && { users }),
    ...{ connections: maxConnections, engine, pacing, workers, timeoutMs, shape: shapeOf(model) },
    ...(readBytesPerSecond !== undefined && { readBytesPerSecond }),
    ...(dns !== 'once' && { dns }),
  };
}

/** Its numbers, in the order of their names. */
function shapeOf(model: LoadModel): LoadSetup['shape'] {
  const numbers = Object.entries(model).filter(([, value]) => typeof value === 'number' || Array.isArray(value));
  return Object.fromEntries(numbers.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
