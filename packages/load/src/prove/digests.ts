import type { Arm } from './arm.ts';
import { type ArmBounds, withArm } from './arm-session.ts';
import { type CanonicalAnswer, createCanonicaliser, findMismatches } from './canonical.ts';
import { PROVE_ERRORS } from './errors.ts';
import { exchange } from './exchange.ts';
import type { Interruption } from './interruption.ts';
import type { ArmSpec, DigestRequest, PreparedService } from './manifest.ts';
import type { DigestMismatch } from './proof-result.ts';

/** Number that {@link PreparedService.startRound} is given for the comparison of answers. */
const DIGEST_ROUND: number = -1;

const ANSWER_TIMEOUT_MS = 15_000;
const SHOWN_MISMATCHES = 50;

/**
 * Sends the request list to a fresh process of each arm, one request after the other, and compares the answers.
 * Undefined when interrupted.
 * @throws MILLRACE_PROVE_DIGEST_UNANSWERED and what {@link withArm} throws
 */
export async function compareAnswers(
  service: PreparedService,
  arms: readonly [ArmSpec, ArmSpec],
  bounds: ArmBounds,
  interruption: Interruption,
): Promise<DigestMismatch[] | undefined> {
  if (service.digests.length === 0) return [];
  const askArm = (spec: ArmSpec): Promise<CanonicalAnswer[] | undefined> =>
    withArm(service, spec, DIGEST_ROUND, bounds, interruption, (arm, signal) => {
      arm.during('the comparison of answers');
      return askAll(arm, service, spec, signal);
    });
  // Side by side, for nothing is timed here; both are seen to their end, so that a failure leaves no process behind.
  const outcomes = await Promise.allSettled(arms.map(askArm));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const [before, after] = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
  if (before === undefined || after === undefined || interruption.stop.aborted) return undefined;
  const mismatches = service.digests.flatMap((request, i) => findMismatches(request.name, before[i], after[i]));
  return mismatches.slice(0, SHOWN_MISMATCHES);
}

async function askAll(
  arm: Arm,
  service: PreparedService,
  spec: ArmSpec,
  signal: AbortSignal,
): Promise<CanonicalAnswer[]> {
  const canonicaliser = createCanonicaliser(service.volatileKeys);
  const answers: CanonicalAnswer[] = [];
  for (const request of service.digests) {
    if (signal.aborted) break;
    answers.push(canonicaliser.canonicalise(await ask(arm, request, spec, signal)));
  }
  return answers;
}

async function ask(arm: Arm, request: DigestRequest, spec: ArmSpec, signal: AbortSignal): ReturnType<typeof exchange> {
  try {
    return await exchange(arm.process.baseUrl, request, { timeoutMs: ANSWER_TIMEOUT_MS, signal });
  } catch (error) {
    const context = {
      arm: spec.label,
      request: request.name,
      reason: (error as Error).message,
      seconds: ANSWER_TIMEOUT_MS / 1000,
    };
    throw PROVE_ERRORS.create('MILLRACE_PROVE_DIGEST_UNANSWERED', context, error);
  }
}
