/** The two ways in which a proof is told to end early. */
export interface Interruption {
  /** Finish what is in flight, stop the arm in order, report what there is. */
  readonly stop: AbortSignal;
  /** End at once; clean up all the same. Implies `stop`. */
  readonly kill: AbortSignal;
}

/** Joins the caller's signals; absent ones never abort. */
export function joinInterruption(stop: AbortSignal | undefined, kill: AbortSignal | undefined): Interruption {
  const never = new AbortController().signal;
  return { stop: AbortSignal.any([stop ?? never, kill ?? never]), kill: kill ?? never };
}

/** The outcome of `work`, or `undefined` as soon as `signal` aborts. A later failure of the abandoned work is dropped. */
export async function unlessAborted<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value | undefined> {
  work.catch(() => {});
  if (signal.aborted) return undefined;
  let leave = (): void => {};
  const aborted = new Promise<undefined>((resolve) => {
    leave = (): void => resolve(undefined);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
