import { type Limits, UNCOUNTED_TRY } from '../ports/index.ts';

/** The limiter that was written and never put before a route. */
export const NO_LIMITS: Limits = {
  enter: async () => undefined,
  tryPassword: async () => UNCOUNTED_TRY,
  use: () => undefined,
  close: async () => {},
};
