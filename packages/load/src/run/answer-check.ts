import type { WireAnswer } from '../http/index.ts';
import type { ErrorClass } from '../result/index.ts';
import type { Arrival } from './arrival.ts';

/** What is wrong with a whole answer, or undefined. Hands it to the step, if the step reads answers. */
export function errorOf<User>(arrival: Arrival<User>, answer: WireAnswer): ErrorClass | undefined {
  const { status } = answer;
  const { expect } = arrival.request;
  if (expect === undefined ? status >= 400 : !expect.includes(status)) return 'status';
  const body = answer.body();
  if (body === undefined) return undefined;
  if (body.overflown) return 'check';
  try {
    arrival.slot.step.onAnswer?.({ status, headers: answer.headers(), body: body.text() }, arrival.user.user);
    return undefined;
  } catch {
    return 'check';
  }
}
