import type { RefusedAnswer } from '../../ratelimit/index.ts';
import { unavailableAnswer } from './answer.ts';

/** What is used of a load shedder. */
export interface Shedder<Priority> {
  admit(priority: Priority): { readonly admitted: boolean; readonly retryAfterMs: number };
}

/** What `shedLoad` takes. */
export interface ShedLoadOptions<Request, Priority> {
  /** Made by `createLoadShedder` of `millrace/ratelimit`. */
  readonly shedder: Shedder<Priority>;
  /** How much a request matters; undefined: it is let through unasked, as for a health check. */
  readonly priority: (request: Request) => Priority | undefined;
}

/** The part of `shedLoad` that knows no framework: the answer to a request for which there is no room. */
export function shedAnswer<Request, Priority>(
  { shedder, priority }: ShedLoadOptions<Request, Priority>,
  request: Request,
): RefusedAnswer | undefined {
  const matters = priority(request);
  if (matters === undefined) return undefined;
  const { admitted, retryAfterMs } = shedder.admit(matters);
  return admitted ? undefined : unavailableAnswer('there is more to do than can be done in time', retryAfterMs);
}
