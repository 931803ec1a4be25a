import type { StepResult } from './result.ts';

/** Share of resent requests past which the service is said to drop its connections. */
const RESENT_SHARE = 0.01;

/**
 * Something about the service, or the run, that is no error, with its figures.
 *
 * - `connections-dropped` the service closed connections that it had said it would keep, under requests on their way.
 *   It may do so at any time, and the client has to send again what is idempotent (RFC 9112, section 9.3.1), so each
 *   request is judged by its second answer. But what is not idempotent fails, and the rest pays for a connection.
 * - `unfinished` no word on the service: the run was killed, and this is what its journal held after so many seconds;
 *   `count` arrivals were then under way.
 * - `journal-ended` no word on the service: the journal could not be written to its end, as on a full disk.
 * - `words-lost` no word on the service: so many workers ended before their time; of the checks and the reasons of failed flows that they
 *   counted in their last `seconds` nothing is known.
 * - `slow-code` no word on the service: the scenario's own code of a step took so long a call, and all else waited meanwhile.
 * - `few-files`, `few-ports` no word on the service: before the run, the system granted fewer files, or local ports, than its
 *   connections may need.
 * - `unread` so many messages and events of WebSockets and event streams were dropped, since the flows did not take them.
 */
export type ServiceRemark =
  | {
      readonly code: 'connections-dropped';
      readonly values: { readonly count: number; readonly share: number; readonly boundShare: number };
    }
  | {
      readonly code: 'unfinished' | 'words-lost';
      readonly values: { readonly seconds: number; readonly count: number };
    }
  | {
      readonly code: 'slow-code';
      readonly values: { readonly step: string; readonly ms: number; readonly boundMs: number };
    }
  | { readonly code: 'unread'; readonly values: { readonly count: number } }
  | { readonly code: 'journal-ended'; readonly values: { readonly cause: string } }
  | { readonly code: 'few-files' | 'few-ports'; readonly values: { readonly needed: number; readonly limit: number } };

/** What is to be said of a service that gave this result. */
export function remarksOf({ sent, resent }: StepResult): readonly ServiceRemark[] {
  const share = resent / Math.max(1, sent);
  if (share <= RESENT_SHARE) return [];
  return [{ code: 'connections-dropped', values: { count: resent, share, boundShare: RESENT_SHARE } }];
}
