import type { Limits } from '../ports/index.ts';

/** The limiter that was written and never put before a route. */
export const NO_LIMITS: Limits = {
  enter: async () => undefined,
  tryPassword: async () => undefined,
  use: () => undefined,
  close: async () => {},
};
