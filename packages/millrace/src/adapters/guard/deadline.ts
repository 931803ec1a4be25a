import { checkOptionNames, createDeadline, type Deadline, type OptionNames } from '../../core/index.ts';

/** What `setDeadline` takes. */
export interface SetDeadlineOptions<Request> {
  /**
   * How long a request may take from here on, in milliseconds, or a function that says so of each; undefined: as long as it
   * takes, and its client stays. From 0 up.
   */
  readonly ms: number | ((request: Request) => number | undefined);
}

/** How long a request may still take, for its handler and whatever that calls. */
export interface RequestDeadline {
  /** Aborts at the deadline with `MILLRACE_CORE_DEADLINE_EXCEEDED` (504), and when the client hangs up. */
  readonly signal: AbortSignal;
  /** Milliseconds left, never below 0; Infinity where there is no bound. */
  remainingMs(): number;
}

/** A deadline that ends by itself, or by `close`. */
interface StartedDeadline extends RequestDeadline {
  close(): void;
}

const OPTIONS: OptionNames<SetDeadlineOptions<unknown>> = { ms: true };

/**
 * The part of `setDeadline` that knows no framework: starts the deadline of a request, whose client `gone` tells of.
 * @throws `MILLRACE_CORE_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 */
export function createDeadlines<Request>(
  options: SetDeadlineOptions<Request>,
): (request: Request, gone: AbortSignal) => StartedDeadline {
  checkOptionNames('setDeadline', options, OPTIONS);
  const { ms } = options;
  if (typeof ms !== 'function') createDeadline(ms).close(); // A bad number is refused at once, not on each request.
  return (request, gone) => {
    const given = typeof ms === 'function' ? ms(request) : ms;
    return given === undefined ? unbounded(gone) : createDeadline(given, { signal: gone });
  };
}

function unbounded(signal: AbortSignal): Pick<Deadline, 'signal' | 'remainingMs' | 'close'> {
  return { signal, remainingMs: () => (signal.aborted ? 0 : Number.POSITIVE_INFINITY), close: () => {} };
}
