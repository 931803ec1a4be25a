import type { LoadResult } from '@millrace/load';
import { EN, reasonsText } from '@millrace/load/report';
import type { Measurement } from '../measurement.ts';

/** What is said beside a figure of several runs, when one of them gave a reason to doubt it. */
export function invalidBy(reasons: LoadResult['validity']['reasons']): Pick<Measurement, 'invalid'> {
  return reasons.length === 0 ? {} : { invalid: reasonsText(reasons.slice(0, 1), EN) };
}
