import type { Arm } from './arm.ts';
import { type ArmBounds, withArm } from './arm-session.ts';
import type { ArmSpec } from './arm-spec.ts';
import { type CanonicalAnswer, createCanonicaliser, findMismatches } from './canonical.ts';
import { PROVE_ERRORS } from './errors.ts';
import type { ProofListener } from './event.ts';
import { exchange } from './exchange.ts';
import type { Interruption } from './interruption.ts';
import type { DigestRequest, PreparedService } from './manifest.ts';
import type { DigestMismatch } from './proof-result.ts';

/** Number that {@link PreparedService.startRound} is given for the comparison of answers. */
const DIGEST_ROUND: number = -1;

const ANSWER_TIMEOUT_MS = 15_000;
const SHOWN_MISMATCHES = 50;
/** Arms that are asked at one time: nothing is timed here. */
const SIDE_BY_SIDE = 2;

/**
 * Sends the request list to a fresh process of each arm, one request after the other, and compares the answers of each
 * with the last arm's. Undefined when interrupted.
 * @throws MILLRACE_PROVE_DIGEST_UNANSWERED and what {@link withArm} throws
 */
export async function compareAnswers(
  service: PreparedService,
  arms: readonly ArmSpec[],
  bounds: ArmBounds,
  interruption: Interruption,
  tell: ProofListener = () => {},
): Promise<DigestMismatch[] | undefined> {
  if (service.digests.length === 0) return [];
  const requests = service.digests.length * arms.length;
  let answered = 0;
  const onAnswer = (): void => tell({ kind: 'compared', answered: ++answered, requests });
  const askArm = (spec: ArmSpec): Promise<CanonicalAnswer[] | undefined> =>
    withArm(service, spec, DIGEST_ROUND, bounds, interruption, (arm, signal) => {
      arm.during('the comparison of answers');
      return askAll(arm, service, spec, { signal, onAnswer });
    });
  const answers: (CanonicalAnswer[] | undefined)[] = [];
  for (let i = 0; i < arms.length; i += SIDE_BY_SIDE)
    answers.push(...(await allToTheEnd(arms.slice(i, i + SIDE_BY_SIDE).map(askArm))));
  if (interruption.stop.aborted) return undefined;
  const afterArm = arms.at(-1)?.id ?? '';
  const after = answers.at(-1);
  const mismatches = arms.slice(0, -1).flatMap(({ id: beforeArm }, i) =>
    service.digests.flatMap(({ name }, request) => {
      const found = findMismatches(name, answers[i]?.[request], after?.[request]);
      return found.map((mismatch) => ({ beforeArm, afterArm, ...mismatch }));
    }),
  );
  return mismatches.slice(0, SHOWN_MISMATCHES);
}

/** All are seen to their end, so that the failure of one leaves no process behind. */
async function allToTheEnd<Value>(work: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

async function askAll(
  arm: Arm,
  service: PreparedService,
  spec: ArmSpec,
  { signal, onAnswer }: { readonly signal: AbortSignal; readonly onAnswer: () => void },
): Promise<CanonicalAnswer[]> {
  const canonicaliser = createCanonicaliser(service.volatileKeys);
  const answers: CanonicalAnswer[] = [];
  for (const request of service.digests) {
    if (signal.aborted) break;
    answers.push(canonicaliser.canonicalise(await ask(arm, request, spec, signal)));
    onAnswer();
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
