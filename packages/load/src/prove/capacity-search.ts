import { type Clock, createRandom } from 'millrace/core';
import {
  afterStepMs,
  type Capacity,
  type CapacityOptions,
  type CapacityStep,
  comesToRest,
  findCapacity,
  PROBE_ARRIVALS,
  runLoadStep,
  type SearchTime,
  type StepPlan,
} from '../capacity/index.ts';
import type { Arm } from './arm.ts';
import { type ArmBounds, withArm } from './arm-session.ts';
import type { ArmSpec } from './arm-spec.ts';
import { sendingSeconds } from './budget.ts';
import type { ProofListener } from './event.ts';
import type { Interruption } from './interruption.ts';
import { englishText, mapText } from './local-text.ts';
import { isLostArm, isPortInUse } from './lost-arm.ts';
import type { CapacitySpec, PreparedService, StreamSpec } from './manifest.ts';
import { type LoadRunner, settle } from './phase-run.ts';
import type { ArmCapacity } from './proof-result.ts';
import { allowedMs, type SearchBounds, searchTimeOf, stepLimitMs } from './search-plan.ts';

/** How often each arm is searched, for a spread. */
const REPETITIONS = 2;

/** What a search found, and how its arm was lost in it. */
export interface FoundCapacity extends Omit<Capacity, 'limitedBy'> {
  readonly limitedBy: ArmCapacity['limitedBy'];
  /** What became of the arm; null: it lived. */
  readonly death: string | null;
}

/** The search of one arm in one fresh process. */
export interface ArmSearch {
  readonly spec: CapacitySpec;
  readonly arm: string;
  readonly repetition: number;
  readonly found: FoundCapacity;
}

/** What all searches share. */
export interface SearchContext {
  readonly arms: readonly ArmSpec[];
  /** The first number that no round has. */
  readonly firstRound: number;
  readonly seed: number;
  readonly run: LoadRunner;
  readonly bounds: ArmBounds;
  readonly interruption: Interruption;
  readonly tell: ProofListener;
  readonly clock: Clock;
  /** What starting an arm has taken until now. */
  readonly startSeconds: number;
  /** When all searches must be over, by the clock. */
  readonly deadlineAt: number;
  /** Told after each search how long the others usually take. */
  readonly onLeft: (seconds: number) => void;
}

/** One search that will run. */
interface PlannedSearch {
  readonly spec: CapacitySpec;
  readonly arm: ArmSpec;
  readonly repetition: number;
  readonly round: number;
}

/** Of a search for which the rounds left no time. */
const NO_TIME: FoundCapacity = { perSecond: null, bound: 'at-least', limitedBy: 'time', steps: [], death: null };

/**
 * Searches each workload in each arm, one fresh process after the other; a stop leaves what was found until then. The
 * rounds of the proof are measured by now, so an arm that is lost here ends its own search and nothing else. What the
 * rounds took too long, the searches have less.
 */
export async function searchCapacities(
  service: PreparedService,
  specs: readonly CapacitySpec[],
  context: SearchContext,
): Promise<ArmSearch[]> {
  const searches: ArmSearch[] = [];
  const planned = planSearches(specs, context);
  for (const [i, search] of planned.entries()) {
    const specsLeft = planned.slice(i).map(({ spec }) => spec);
    const mostMs = allowedMs(specsLeft, boundsOf(context), context.deadlineAt - context.clock.now());
    const found = mostMs === undefined ? NO_TIME : await searchOne(service, search, context, mostMs);
    if (found !== undefined) {
      searches.push({ spec: search.spec, arm: search.arm.id, repetition: search.repetition, found });
    }
    const left = specsLeft.slice(1).map((spec) => searchTimeOf(spec, boundsOf(context)).usualMs);
    context.onLeft(left.reduce((sum, ms) => sum + ms, 0) / 1_000);
  }
  return searches;
}

async function searchOne(
  service: PreparedService,
  search: PlannedSearch,
  context: SearchContext,
  mostMs: number,
): Promise<FoundCapacity | undefined> {
  const { bounds, interruption, startSeconds, tell } = context;
  const beganAt = context.clock.now();
  tell({ kind: 'stage', id: 'start', plannedSeconds: startSeconds, arm: search.arm.label, phase: search.spec.label });
  const steps: CapacityStep[] = [];
  const onStep = (step: CapacityStep): void => {
    steps.push(step);
    tell({ kind: 'step', ratePerSecond: step.ratePerSecond, outcome: step.outcome });
  };
  try {
    const found = await withArm(service, search.arm, search.round, bounds, interruption, (arm, signal) =>
      searchArm(arm, search, context, { signal, onStep, beganAt, mostMs }),
    );
    return found && { ...found, death: null };
  } catch (error) {
    if (!isLostArm(error)) throw error;
    const limitedBy = isPortInUse(error) ? 'port-in-use' : 'died';
    return { perSecond: highestMet(steps), bound: 'at-least', limitedBy, steps, death: error.message };
  }
}

/** Of the rates whose met runs outnumber the missed ones; null: of none. */
function highestMet(steps: readonly CapacityStep[]): number | null {
  const runs = (rate: number, outcome: CapacityStep['outcome']): number =>
    steps.filter((step) => step.ratePerSecond === rate && step.outcome === outcome).length;
  const met = steps
    .map(({ ratePerSecond }) => ratePerSecond)
    .filter((rate) => runs(rate, 'met') > runs(rate, 'missed'));
  return met.length === 0 ? null : Math.max(...met);
}

/** How long all searches take together. */
export function searchesTime(specs: readonly CapacitySpec[], arms: number, bounds: SearchBounds): SearchTime {
  const times = specs.map((spec) => searchTimeOf(spec, bounds));
  const total = (read: (time: SearchTime) => number): number =>
    times.reduce((sum, time) => sum + arms * REPETITIONS * read(time), 0);
  return { usualMs: total(({ usualMs }) => usualMs), mostMs: total(({ mostMs }) => mostMs) };
}

function boundsOf({ bounds, startSeconds }: SearchContext): SearchBounds {
  return { ...bounds, startSeconds };
}

/** As the rounds: each repetition in the opposite order of the one before. */
function planSearches(specs: readonly CapacitySpec[], { arms, firstRound }: SearchContext): PlannedSearch[] {
  const repetitions = Array.from({ length: REPETITIONS }, (_, repetition) => repetition);
  return specs
    .flatMap((spec) =>
      repetitions.flatMap((repetition) =>
        (repetition % 2 === 0 ? arms : arms.toReversed()).map((arm) => ({ spec, arm, repetition })),
      ),
    )
    .map((search, i) => ({ ...search, round: firstRound + i }));
}

interface ArmSearchOptions extends Required<Pick<CapacityOptions, 'signal' | 'onStep'>> {
  /** Before its arm was started, by the clock. */
  readonly beganAt: number;
  /** From then on, with the end of its arm. */
  readonly mostMs: number;
}

async function searchArm(
  arm: Arm,
  search: PlannedSearch,
  context: SearchContext,
  { signal, onStep, beganAt, mostMs }: ArmSearchOptions,
): Promise<Capacity> {
  const { spec } = search;
  const { clock } = context;
  arm.during(`the search for the capacity of ${englishText(spec.label)}`);
  const drive = (stream: StreamSpec, place: string) => loadOf(arm, stream, seedOf(context.seed, search, place));
  const probeAfter =
    ({ index }: StepPlan) =>
    (place: number) =>
      drive(spec.stream(PROBE_ARRIVALS), `rest/${index}/${place}`);
  const { warmUp = [] } = spec;
  if (warmUp.length > 0) tellWarmUp(warmUp, search, context);
  await Promise.all(warmUp.map((stream) => context.run({ ...drive(stream, `warm-up/${stream.id}`), signal })));
  await settle(arm, signal);
  return findCapacity({
    ...spec,
    ...{ signal, onStep, clock },
    limitMs: stepLimitMs(spec, boundsOf(context), clock.now() - beganAt, mostMs),
    runStep: (plan) => {
      const { ratePerSecond, durationMs } = plan;
      const stream = spec.stream({ kind: 'constant', ratePerSecond, durationMs });
      tellStep(plan, search, context);
      return runLoadStep(plan, {
        run: context.run,
        load: drive(stream, `step/${plan.index}`),
        slo: spec.slo,
        settle: () => comesToRest({ run: context.run, probe: probeAfter(plan), slo: spec.slo, signal }),
        onProgress: (progress) => context.tell({ kind: 'load', stream: stream.id, progress }),
        signal,
      });
    },
  });
}

function loadOf(arm: Arm, { id: _id, label: _label, ...stream }: StreamSpec, seed: number) {
  return { target: arm.process.baseUrl, ...stream, seed };
}

/** The same for every arm of a repetition. */
function seedOf(seed: number, { spec, repetition }: PlannedSearch, place: string): number {
  return createRandom(seed).fork(`capacity/${spec.id}/${repetition}/${place}`).int(0x7fff_ffff);
}

function tellStep(
  { ratePerSecond, durationMs }: StepPlan,
  { spec, arm }: PlannedSearch,
  { tell }: SearchContext,
): void {
  const phase = mapText(spec.label, (label) => `${label} · ${ratePerSecond}/s`);
  const plannedSeconds = (durationMs + afterStepMs(spec.slo)) / 1_000;
  tell({ kind: 'stage', id: 'capacity', plannedSeconds, arm: arm.label, phase });
}

function tellWarmUp(streams: readonly StreamSpec[], { spec, arm }: PlannedSearch, { tell }: SearchContext): void {
  const plannedSeconds = sendingSeconds(streams);
  tell({ kind: 'stage', id: 'warm-up', plannedSeconds, arm: arm.label, phase: spec.label });
}
