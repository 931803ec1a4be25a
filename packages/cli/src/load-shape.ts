import type { LoadModel } from '@millrace/load';
import { type ArrivalFlags, readArrivals } from './arrival-flags.ts';
import { invalidFlag, usage } from './errors.ts';
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
export interface LoadShape {
  readonly model: LoadModel;
  /** With a schedule the most connections, without one the users; undefined: as many as the scenario has. */
  readonly connections: number | undefined;
}

const DEFAULT_DURATION_MS = 10_000;
const MAX_DURATION_MS = 24 * 3_600_000;
const MAX_CONNECTIONS = 10_000;
const MAX_REQUESTS = 1_000_000_000;
/** A run that ends after so many requests ends after this long at the latest. */
const COUNTED_DURATION_MS = 600_000;

/**
 * The shape of a run: open when a rate is given, else closed; what is not given comes from the preset. Ten seconds
 * where neither says it.
 * @throws MILLRACE_CLI_USAGE, MILLRACE_CLI_FLAG_INVALID
 */
export function readShape(flags: ShapeFlags): LoadShape {
  const preset = readPreset(flags.preset);
  const given =
    flags.duration === undefined ? undefined : readDurationMs('--duration', flags.duration, MAX_DURATION_MS);
  const counts = {
    concurrency: readCount('--concurrency', flags.concurrency, MAX_CONNECTIONS),
    connections: readCount('--connections', flags.connections, MAX_CONNECTIONS),
    users: readCount('--users', flags.users, MAX_CONNECTIONS),
    requests: readCount('--requests', flags.requests, MAX_REQUESTS),
  };
  const shared = agreed({
    ...{ '--users': counts.users, '--concurrency': counts.concurrency, '--connections': counts.connections },
  });
  const model = isOpen(flags)
    ? openModel(flags, given, counts.requests, preset)
    : closedModel(given, counts.requests, preset);
  return { model, connections: shared ?? preset.users };
}

function isOpen({ rate, qps, ramp, steps, spike, sine, poisson }: ShapeFlags): boolean {
  return poisson || [rate, qps, ramp, steps, spike, sine].some((text) => text !== undefined);
}

function openModel(
  flags: ShapeFlags,
  given: number | undefined,
  requests: number | undefined,
  preset: Partial<Preset>,
): LoadModel {
  const sent = readArrivals({ ...flags, durationMs: given ?? preset.durationMs ?? DEFAULT_DURATION_MS });
  return requests === undefined ? sent : endAfter(requests, sent, given);
}

function closedModel(given: number | undefined, requests: number | undefined, preset: Partial<Preset>): LoadModel {
  const durationMs = given ?? preset.durationMs;
  if (requests === undefined) return { kind: 'closed', durationMs: durationMs ?? DEFAULT_DURATION_MS };
  return { kind: 'closed', durationMs: durationMs ?? COUNTED_DURATION_MS, requests };
}

type Arrivals = Exclude<LoadModel, { readonly kind: 'closed' }>;

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
  throw invalidFlag('--preset', JSON.stringify(name), Object.keys(PRESETS).join(', '));
}
