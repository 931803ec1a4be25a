import type { LoadOptions } from '@millrace/load';
import { type ArrivalFlags, readArrivals } from './arrival-flags.ts';
import { CLI_ERRORS } from './errors.ts';
import { readDurationMs, readNumber } from './flags.ts';
import { PRESETS, type Preset, type PresetName } from './load-presets.ts';

/** The flags that say how much is sent, as they were given. */
export interface ShapeFlags extends Omit<ArrivalFlags, 'durationMs'> {
  readonly duration: string | undefined;
  readonly concurrency: string | undefined;
  readonly connections: string | undefined;
  readonly users: string | undefined;
  readonly requests: string | undefined;
  readonly preset: string | undefined;
}

/** How much is sent: by a schedule, or by users that wait for each answer. */
export type LoadShape =
  | {
      readonly kind: 'open';
      readonly arrivals: LoadOptions<unknown>['arrivals'];
      readonly connections: number;
      /** Virtual users; undefined: as many as the scenario says. */
      readonly users: number | undefined;
    }
  | {
      readonly kind: 'closed';
      readonly users: number;
      readonly durationMs: number;
      /** Ends after so many; undefined: when the time is over. */
      readonly requests: number | undefined;
    };

const DEFAULTS = { users: 10, durationMs: 10_000, connections: 64 } as const;
const MAX_DURATION_MS = 24 * 3_600_000;
const MAX_CONNECTIONS = 10_000;
const MAX_REQUESTS = 1_000_000_000;
/** A run that ends after so many requests ends after this long at the latest. */
const COUNTED_DURATION_MS = 600_000;

/**
 * The shape of a run: open when a rate is given, else closed; what is not given comes from the preset, or is ten users
 * for ten seconds.
 * @throws MILLRACE_CLI_USAGE, MILLRACE_CLI_FLAG_INVALID
 */
export function readShape(flags: ShapeFlags): LoadShape {
  const preset = readPreset(flags.preset);
  const given =
    flags.duration === undefined ? undefined : readDurationMs('--duration', flags.duration, MAX_DURATION_MS);
  const counts = {
    concurrency: readCount('--concurrency', flags.concurrency, MAX_CONNECTIONS),
    connections: readCount('--connections', flags.connections, MAX_CONNECTIONS),
    users: readCount('--users', flags.users, 1_000_000),
    requests: readCount('--requests', flags.requests, MAX_REQUESTS),
  };
  return isOpen(flags) ? openShape(flags, given, counts, preset) : closedShape(given, counts, preset);
}

type Counts = Record<'concurrency' | 'connections' | 'users' | 'requests', number | undefined>;

function isOpen({ rate, qps, ramp, steps, spike, sine, poisson }: ShapeFlags): boolean {
  return poisson || [rate, qps, ramp, steps, spike, sine].some((text) => text !== undefined);
}

function openShape(
  flags: ShapeFlags,
  given: number | undefined,
  { concurrency, connections, users, requests }: Counts,
  preset: Partial<Preset>,
): LoadShape {
  const sent = readArrivals({ ...flags, durationMs: given ?? preset.durationMs ?? DEFAULTS.durationMs });
  return {
    kind: 'open',
    arrivals: requests === undefined ? sent : endAfter(requests, sent, given),
    connections:
      agreed({ '--concurrency': concurrency, '--connections': connections }) ?? preset.users ?? DEFAULTS.connections,
    users,
  };
}

function closedShape(given: number | undefined, counts: Counts, preset: Partial<Preset>): LoadShape {
  const { concurrency, connections, users, requests } = counts;
  const loops = agreed({ '--users': users, '--concurrency': concurrency, '--connections': connections });
  if (loops !== undefined && loops > MAX_CONNECTIONS)
    throw usage(`--users ${loops} without a rate are more than ${MAX_CONNECTIONS} connections`);
  const counted = requests === undefined ? DEFAULTS.durationMs : COUNTED_DURATION_MS;
  return {
    kind: 'closed',
    users: loops ?? preset.users ?? DEFAULTS.users,
    durationMs: given ?? preset.durationMs ?? counted,
    requests,
  };
}

type Arrivals = LoadOptions<unknown>['arrivals'];

/** At a constant rate so many requests are so much time. */
function endAfter(requests: number, arrivals: Arrivals, given: number | undefined): Arrivals {
  if (arrivals.kind !== 'constant' || arrivals.poisson === true)
    throw usage('--requests goes with a constant rate, or with no rate at all');
  const neededMs = (requests * 1000) / arrivals.ratePerSecond;
  const durationMs = given === undefined ? neededMs : Math.min(neededMs, given);
  if (durationMs <= MAX_DURATION_MS) return { ...arrivals, durationMs };
  throw usage(`--requests ${requests} at ${arrivals.ratePerSecond} a second would take more than a day`);
}

/** The one value of flags that mean the same here. */
function agreed(flags: Readonly<Record<string, number | undefined>>): number | undefined {
  const [first, ...rest] = Object.entries(flags).filter(([, value]) => value !== undefined);
  const other = rest.find(([, value]) => value !== first?.[1]);
  if (first === undefined || other === undefined) return first?.[1];
  throw usage(`${first.join(' ')} and ${other.join(' ')} contradict each other`);
}

function readCount(flag: string, text: string | undefined, max: number): number | undefined {
  return text === undefined ? undefined : readNumber(flag, text, { min: 1, max, whole: true });
}

function readPreset(name: string | undefined): Partial<Preset> {
  if (name === undefined) return {};
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name as PresetName];
  const context = { flag: '--preset', value: JSON.stringify(name), allowed: Object.keys(PRESETS).join(', ') };
  throw CLI_ERRORS.create('MILLRACE_CLI_FLAG_INVALID', context);
}

function usage(reason: string): Error {
  return CLI_ERRORS.create('MILLRACE_CLI_USAGE', { reason });
}
