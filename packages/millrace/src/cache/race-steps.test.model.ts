/** What a race does, step by step. After each everything comes to rest that it has set going. */
export type Steps = Generator<void, void, void>;

/** How many immediates are set in one go. */
const IN_ONE_GO = 500;

let step: (() => void) | undefined;
let left = 0;

/**
 * Goes through the steps of one race; one at a time. All microtasks run between two immediates, and immediates that were
 * set in one go run in one turn of the event loop: so coming to rest costs neither a turn nor a promise.
 */
export function drive(steps: Steps): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  step = () => {
    try {
      if (steps.next().done !== true) return;
      resolve();
    } catch (error) {
      reject(error);
    }
    step = undefined;
  };
  setImmediates();
  return promise;
}

function setImmediates(): void {
  for (; left < IN_ONE_GO; left++) setImmediate(takeStep);
}

function takeStep(): void {
  left--;
  step?.();
  if (left === 0 && step !== undefined) setImmediates();
}
