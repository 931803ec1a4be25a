import { once } from 'node:events';
import { closeInTime, withArm } from './arm-session.ts';
import { budgetFor, lineSeconds } from './budget.ts';
import { findArm } from './choice.ts';
import { joinInterruption } from './interruption.ts';
import type { PreparedService, ProofManifest } from './manifest.ts';
import { checkManifest } from './manifest-check.ts';
import { prepareService } from './preparation.ts';
import type { ProveOptions } from './prove.ts';

/** An arm that serves, and what somebody needs who sends requests to it. */
export interface ServedArm extends Pick<PreparedService, 'facts' | 'clients'> {
  /** The manifest's name. */
  readonly name: string;
  /** The arm's label. */
  readonly label: string;
  /** Where it listens. */
  readonly baseUrl: string;
}

/** Options of {@link serveArm}. */
export interface ServeOptions
  extends Pick<ProveOptions, 'seed' | 'signal' | 'killSignal' | 'onEvent' | 'readyTimeoutMs' | 'stopTimeoutMs'> {
  /** Whose preparation the manifest makes, which may say how much data there is; default main. */
  readonly tier?: ProveOptions['tier'];
  /** Told once, as soon as the arm answers. */
  onReady(arm: ServedArm): void;
}

/** Of the rounds, the first: the comparison of answers may have other surroundings. */
const ROUND = 0;

/**
 * Prepares a service and keeps one of its arms up, by the id of an arm of any tier or of an ablation, until `signal`
 * aborts; then stops the arm and frees everything. Measures and writes nothing.
 * @returns whether it served; false when interrupted before it was ready, or killed
 * @throws MILLRACE_PROVE_ARM_UNKNOWN before anything runs, MILLRACE_PROVE_MANIFEST_INVALID, MILLRACE_PROVE_ARM_NOT_READY,
 * MILLRACE_PROVE_ARM_DIED, MILLRACE_PROVE_PORT_IN_USE, and what the manifest's `prepare` throws; whatever was started is
 * stopped first.
 * @example
 * const stop = new AbortController();
 * await serveArm(manifest, 'after', {
 *   signal: stop.signal,
 *   onReady: ({ baseUrl }) => console.log(baseUrl),
 * });
 */
export async function serveArm(manifest: ProofManifest, armId: string, options: ServeOptions): Promise<boolean> {
  checkManifest(manifest);
  const spec = findArm(manifest, armId);
  const { tier = 'main', seed = 1, onEvent: tell = () => {}, readyTimeoutMs = 20_000, stopTimeoutMs = 5_000 } = options;
  const interruption = joinInterruption(options.signal, options.killSignal);
  const budget = budgetFor(tier, manifest.overheads?.[tier]);
  const [toPrepare, toStart] = [lineSeconds(budget, 'prepare'), lineSeconds(budget, 'start')];
  const { name, scenarios = [] } = manifest;
  tell({ kind: 'plan', totalSeconds: toPrepare + toStart });
  const service = await prepareService(manifest, { scenarios, seed, budget, interruption, tell });
  if (service === undefined) return false;
  const { facts, clients } = service;
  try {
    tell({ kind: 'stage', id: 'start', plannedSeconds: toStart, arm: spec.label });
    const bounds = { readyTimeoutMs, stopTimeoutMs };
    const served = await withArm(service, spec, ROUND, bounds, interruption, async (arm, signal) => {
      arm.during('its service');
      const { baseUrl } = arm.process;
      options.onReady({ name, label: spec.label, baseUrl, facts, ...(clients !== undefined && { clients }) });
      if (!signal.aborted) await once(signal, 'abort');
      return true;
    });
    return served === true && !interruption.kill.aborted;
  } finally {
    await closeInTime(service, interruption.kill);
  }
}
