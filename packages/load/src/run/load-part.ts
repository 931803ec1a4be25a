import { type Clock, systemClock } from 'millrace/core';
import type { Scenario } from '../scenario/index.ts';
import { type Arrivals, stripeOf, toSchedule } from '../schedule/index.ts';
import { type ArrivalSource, LoadRun, type PartEnd, type RunSettings } from './load-run.ts';
import { setupOf } from './load-setup.ts';
import { ClosedLoops } from './run-closed.ts';
import { openSource, type PartSettings, toSettings } from './run-load.ts';
import { boundOf, countOf, type Share, WHOLE } from './share.ts';
import { type Target, turnTarget } from './target.ts';
import { DEFAULT_LINKS, DEFAULT_TRACING, type EngineOptions, toTransportOpener } from './transport.ts';
import { isScripted, type ScriptedScenario } from './workload.ts';

/** How the arrivals of a run come: by a schedule, or each loop's after its last one. */
export type LoadModel = Arrivals | { readonly kind: 'closed'; readonly durationMs: number; readonly requests?: number };

/** What all generators of a run are told. Plain data, checked and filled in; the numbers are those of the whole run. */
export interface LoadOrder extends EngineOptions {
  readonly target: Target;
  readonly model: LoadModel;
  readonly seed: number;
  readonly maxConnections: number;
  readonly drainMs: number;
  readonly maxQueue: number;
  readonly pacing: 'precise' | 'eco';
}

/** One generator's part of a run: its share of arrivals, users and connections. */
export interface LoadPart<User> extends Omit<PartSettings, 'startAt'> {
  readonly order: LoadOrder;
  readonly scenario: Scenario<User> | ScriptedScenario;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** For the head of a result. */
export function arrivalsOf(model: LoadModel, seed: number): RunSettings['arrivals'] {
  if (model.kind === 'closed') {
    return { kind: 'closed', poisson: false, durationMs: model.durationMs, targetPerSecond: 0 };
  }
  const { kind, poisson, durationMs, targetPerSecond } = toSchedule(model, seed);
  return { kind, poisson, durationMs, targetPerSecond };
}

/** What the scenario's setup gives, done once for all parts; undefined when it has none. */
export async function setUpScenario(
  order: LoadOrder,
  scenario: Scenario<unknown> | ScriptedScenario,
  signal: AbortSignal,
): Promise<unknown> {
  if (!isScripted(scenario)) return undefined;
  const { target, seed, maxQueue, maxLinks = DEFAULT_LINKS } = order;
  return scenario.setUp({
    ...{ target, seed, maxQueue, maxLinks, signal, clock: systemClock, share: WHOLE },
    tracing: order.trace ?? DEFAULT_TRACING,
    openTransport: await toTransportOpener(target, order, systemClock),
  });
}

/** A part that is ready: `run` drives it to its end. Its figures are in the memory. */
export interface ReadyPart {
  run(startAt: number): Promise<PartEnd>;
}

/** Gets one part of a run ready: makes its users, loads its rows. */
export async function prepareLoadPart<User>(part: LoadPart<User>): Promise<ReadyPart> {
  const { order, scenario, share, signal, clock = systemClock } = part;
  const { model, seed, pacing } = order;
  const target = turnTarget(order.target, share.index);
  const maxConnections = Math.max(1, countOf(order.maxConnections, share));
  const maxLinks = Math.max(1, countOf(order.maxLinks ?? DEFAULT_LINKS, share));
  const options = { ...order, maxConnections, maxLinks, target: target.origin, scenario, signal, clock };
  const settings = await toSettings(options, target, boundOf(order.maxQueue, share), {
    setup: setupOf({ options: order, model, users: scenario.users, pacing, workers: share.of }),
    arrivals: arrivalsOf(model, seed),
    ...{ memory: part.memory, share, shared: part.shared, interruptedDrainMs: part.interruptedDrainMs },
    onWords: part.onWords,
  });
  const loops = isScripted(scenario) ? countOf(scenario.users, share) : maxConnections;
  const open = toSource(order, share, loops, clock);
  return { run: (startAt) => new LoadRun({ ...settings, startAt }, open).runPart() };
}

function toSource(
  { model, seed, pacing }: LoadOrder,
  share: Share,
  loops: number,
  clock: Clock,
): (startAt: number) => ArrivalSource {
  if (model.kind !== 'closed') {
    const stripe = stripeOf(toSchedule(model, seed), share.index, share.of);
    return (startAt) => openSource(stripe, startAt, clock, pacing);
  }
  const { durationMs, requests = Number.POSITIVE_INFINITY } = model;
  const own = Number.isFinite(requests) ? countOf(requests, share) : requests;
  return (startAt) => new ClosedLoops({ clock, loops, durationMs, requests: own, startAt });
}
