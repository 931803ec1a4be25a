import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from 'millrace/core';
import type { LoadResult } from '../result/index.ts';
import type { LoadOptions } from '../run/index.ts';
import { type Arm, answersReady } from './arm.ts';
import { sendingSeconds } from './budget.ts';
import { addCounters, readCounters, subtractCounters } from './counters.ts';
import { PROVE_ERRORS } from './errors.ts';
import type { ProofListener } from './event.ts';
import type { ArmCounters, PhaseSpec, StreamSpec } from './manifest.ts';
import type { PlannedRound } from './plan.ts';
import type { PhaseRun, StreamRun } from './proof-result.ts';

/** Drives one stream; `runLoad`, or a double in tests. */
export type LoadRunner = (options: LoadOptions<unknown>) => Promise<LoadResult>;

/** An arm that answers within this has come to rest. */
export const SETTLED_WITHIN_MS = 100;
/** How long it is given. */
export const SETTLE_BOUND_MS = 20_000;
const SETTLE_PAUSE_MS = 20;

/** What a phase needs to know of its round. */
export interface PhaseContext {
  readonly round: PlannedRound;
  readonly rounds: number;
  readonly seed: number;
  readonly run: LoadRunner;
  /** Aborting ends the phase early with what there is; its counters are then not read. */
  readonly signal: AbortSignal;
  readonly tell: ProofListener;
  readonly drainSeconds: number;
}

/** Warm-up, counters, streams and probes side by side, drain, counters. */
export async function runPhase(arm: Arm, phase: PhaseSpec, context: PhaseContext): Promise<PhaseRun> {
  const { signal } = context;
  const warmUp = await runStreams(arm, phase, 'warm-up', context);
  await settle(arm, signal);
  const before = signal.aborted ? null : await readCounters(arm.process, context.round.arm.label, signal);
  const [streams, probed] = await Promise.all([
    runStreams(arm, phase, 'phase', context),
    runProbes(arm, phase, context),
  ]);
  tellStage(context, 'drain', context.drainSeconds, phase);
  const settleMs = await settle(arm, signal);
  const after = signal.aborted ? null : await readCounters(arm.process, context.round.arm.label, signal);
  return { id: phase.id, warmUp, streams, counted: addCounters(subtractCounters(after, before), probed), settleMs };
}

async function runStreams(
  arm: Arm,
  phase: PhaseSpec,
  stage: 'warm-up' | 'phase',
  context: PhaseContext,
): Promise<StreamRun[]> {
  const streams = (stage === 'phase' ? phase.streams : phase.warmUp) ?? [];
  if (streams.length === 0 || context.signal.aborted) return [];
  arm.during(`${stage === 'phase' ? 'phase' : 'the warm-up of'} ${phase.id} in round ${context.round.index + 1}`);
  tellStage(context, stage, sendingSeconds(streams), phase);
  return Promise.all(streams.map((stream) => runStream(arm, stream, `${phase.id}/${stage}`, context)));
}

async function runStream(arm: Arm, stream: StreamSpec, place: string, context: PhaseContext): Promise<StreamRun> {
  const seed = seedOf(context.seed, context.round.block, `${place}/${stream.id}`);
  const result = await context.run({
    target: arm.process.baseUrl,
    scenario: stream.scenario,
    arrivals: stream.arrivals,
    seed,
    ...(stream.timeoutMs === undefined ? {} : { timeoutMs: stream.timeoutMs }),
    ...(stream.maxConnections === undefined ? {} : { maxConnections: stream.maxConnections }),
    ...(stream.drainMs === undefined ? {} : { drainMs: stream.drainMs }),
    signal: context.signal,
    onProgress: (progress) => context.tell({ kind: 'load', stream: stream.id, progress }),
  });
  return { id: stream.id, seed, result };
}

/** What the probes counted. @throws MILLRACE_PROVE_PROBE_FAILED */
async function runProbes(arm: Arm, phase: PhaseSpec, context: PhaseContext): Promise<ArmCounters[]> {
  const { probes = [], streams } = phase;
  if (context.signal.aborted) return [];
  const { baseUrl } = arm.process;
  const durationMs = sendingSeconds(streams) * 1_000;
  return Promise.all(
    probes.map(async ({ id, run }) => {
      const seed = seedOf(context.seed, context.round.block, `${phase.id}/probe/${id}`);
      try {
        return await run({ baseUrl, seed, durationMs, signal: context.signal });
      } catch (error) {
        const names = { probe: id, phase: phase.id, arm: context.round.arm.label, reason: (error as Error).message };
        throw PROVE_ERRORS.create('MILLRACE_PROVE_PROBE_FAILED', names, error);
      }
    }),
  );
}

/** All arms of a block get the same schedule, users and requests; each block gets its own. */
function seedOf(seed: number, block: number, place: string): number {
  return createRandom(seed).fork(`${block}/${place}`).int(0x7fff_ffff);
}

/**
 * Waits until the arm answers promptly again. A client that gave up does not end the work that it caused: without
 * this the tail of a login burst would be charged to the next phase. Null when it does not within the bound.
 */
export async function settle(arm: Arm, signal: AbortSignal): Promise<number | null> {
  const start = performance.now();
  while (!signal.aborted && performance.now() - start < SETTLE_BOUND_MS) {
    if (await answersReady(arm.process, SETTLED_WITHIN_MS, signal)) return performance.now() - start;
    await sleep(SETTLE_PAUSE_MS);
  }
  return null;
}

function tellStage(
  context: PhaseContext,
  id: 'warm-up' | 'phase' | 'drain',
  plannedSeconds: number,
  { id: phaseId, label: phase = phaseId }: PhaseSpec,
): void {
  const { round, rounds } = context;
  context.tell({ kind: 'stage', id, plannedSeconds, round: round.index, rounds, arm: round.arm.label, phase });
}
