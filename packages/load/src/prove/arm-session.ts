import { setTimeout as sleep } from 'node:timers/promises';
import { type Arm, type ArmOptions, startArm } from './arm.ts';
import type { ArmSpec } from './arm-spec.ts';
import { type Interruption, unlessAborted } from './interruption.ts';
import { isPortInUse } from './lost-arm.ts';
import type { PreparedService } from './manifest.ts';

const HURRIED_CLOSE_MS = 3000;
const DEATH_NOTICE_MS = 200;
const MOST_STARTS = 3;

/** Bounds for the arm's process. */
export type ArmBounds = Omit<ArmOptions, 'label'>;

/**
 * One fresh process of one arm around `work`: fresh data, start, ready, work, stop, data freed; the last two whatever
 * happens. `work` is given a signal that aborts on either interruption and when the arm dies; on a stop it is
 * expected to return what it has. Undefined when interrupted before there was anything.
 * A port that somebody took meanwhile is no fault of the arm: it is started again, on what the manifest then chooses.
 * @throws what {@link startArm} throws, MILLRACE_PROVE_ARM_DIED
 */
export async function withArm<Value>(
  ...[service, spec, round, bounds, interruption, work]: Parameters<typeof tryWithArm<Value>>
): Promise<Value | undefined> {
  for (let start = 1; ; start++) {
    try {
      return await tryWithArm(service, spec, round, bounds, interruption, work);
    } catch (error) {
      if (start === MOST_STARTS || !isPortInUse(error)) throw error;
    }
  }
}

async function tryWithArm<Value>(
  service: PreparedService,
  spec: ArmSpec,
  round: number,
  bounds: ArmBounds,
  interruption: Interruption,
  work: (arm: Arm, signal: AbortSignal) => Promise<Value>,
): Promise<Value | undefined> {
  if (interruption.stop.aborted) return undefined;
  const process = await unlessAborted(interruption.kill, service.startRound(spec.id, round));
  if (process === undefined) return undefined;
  const leave = new AbortController();
  let arm: Arm | undefined;
  try {
    arm = await startArm(process, { ...bounds, label: spec.label }, interruption.stop);
    const signal = AbortSignal.any([interruption.stop, leave.signal]);
    return await unlessAborted(interruption.kill, Promise.race([work(arm, signal), arm.death]));
  } catch (error) {
    if (interruption.stop.aborted) return undefined;
    // A dying arm resets its connections a moment before its end is known; the death is the clearer error.
    if (arm !== undefined) await Promise.race([arm.death, sleep(DEATH_NOTICE_MS)]);
    throw error;
  } finally {
    leave.abort();
    await arm?.stop(interruption.kill);
    await closeInTime(process, interruption.kill);
  }
}

/** Waits for `close()`; once the kill signal aborts, for at most three seconds more. */
export async function closeInTime(resource: { close(): Promise<void> }, kill: AbortSignal): Promise<void> {
  const closed = resource.close();
  await unlessAborted(kill, closed);
  if (kill.aborted) await Promise.race([closed, sleep(HURRIED_CLOSE_MS, undefined, { ref: false })]);
}
