import { CACHE_ERRORS } from '../errors.ts';
import { findLoss, type Keeping, writePath } from './loss.ts';

/** Where what would be lost can be kept. */
export const OWN_SERIALIZER = 'a serializer of your own';

/** How to write a value that keeps nothing back. */
export interface LosslessOptions {
  readonly name: string;
  readonly keeping: Keeping;
  /** Another serializer that keeps the problem, for the error. */
  readonly keeper: (problem: string) => string;
}

/** Refuses a value of which something would be lost. @throws MILLRACE_CACHE_VALUE_UNSERIALIZABLE */
export function refuseLoss(value: unknown, { name, keeping, keeper }: LosslessOptions): void {
  const loss = findLoss(value, keeping);
  if (loss === undefined) return;
  const path = writePath('value', loss.path);
  const problem = `${name} would lose ${loss.problem}`;
  throw CACHE_ERRORS.create('MILLRACE_CACHE_VALUE_UNSERIALIZABLE', { path, problem, keeper: keeper(loss.problem) });
}
