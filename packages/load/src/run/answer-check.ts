import type { ResponseScanner } from '../http/index.ts';
import type { ErrorClass } from '../result/index.ts';
import type { Arrival } from './arrival.ts';

/** What is wrong with a whole answer, or undefined. Hands it to the step, if the step reads answers. */
export function errorOf<User>(arrival: Arrival<User>, scanner: ResponseScanner): ErrorClass | undefined {
  const { status } = scanner.head;
  const { expect } = arrival.request;
  if (expect === undefined ? status >= 400 : !expect.includes(status)) return 'status';
  const { body, fields } = scanner;
  if (body === undefined) return undefined;
  if (body.overflown) return 'check';
  try {
    arrival.slot.step.onAnswer?.({ status, headers: fields, body: body.text() }, arrival.user.user);
    return undefined;
  } catch {
    return 'check';
  }
}
