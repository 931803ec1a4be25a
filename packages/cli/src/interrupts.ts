import { canOverwrite } from '@millrace/load/report';

/** The signals of the terminal as abort signals. */
export interface Interrupts extends Disposable {
  /** Aborts on the first Ctrl-C: finish what is in flight and report. */
  readonly stop: AbortSignal;
  /** Aborts on the second: end at once. */
  readonly kill: AbortSignal;
}

/** What takes listeners; `process`, or a double in tests. */
export interface SignalSource {
  on(name: NodeJS.Signals, listener: () => void): unknown;
  off(name: NodeJS.Signals, listener: () => void): unknown;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const ECHO_MS = 400;

/**
 * How close together signals count as one, in milliseconds: one Ctrl-C under npm, and what sets the same variables,
 * arrives twice, from the terminal, which tells the whole group, and from npm, which hands it on.
 */
export function samePressMs(env: Readonly<Record<string, string | undefined>>): number {
  return env.npm_lifecycle_event === undefined ? 0 : ECHO_MS;
}

/** Listens until disposed; signals less than `echoMs` apart are one. A third calls `giveUp`. */
export function watchInterrupts(
  source: SignalSource,
  { giveUp, now, echoMs }: { readonly giveUp: () => void; readonly now: () => number; readonly echoMs: number },
): Interrupts {
  const stop = new AbortController();
  const kill = new AbortController();
  let last = Number.NEGATIVE_INFINITY;
  const take = (): void => {
    const at = now();
    if (at - last < echoMs) return;
    last = at;
    if (!stop.signal.aborted) stop.abort();
    else if (!kill.signal.aborted) kill.abort();
    else giveUp();
  };
  for (const name of SIGNALS) source.on(name, take);
  return {
    stop: stop.signal,
    kill: kill.signal,
    [Symbol.dispose]() {
      for (const name of SIGNALS) source.off(name, take);
    },
  };
}

/** Says that the first Ctrl-C was heard. Disposed: says nothing any more. */
export function announceStop(stop: AbortSignal, say: () => void): Disposable {
  stop.addEventListener('abort', say, { once: true });
  return { [Symbol.dispose]: () => stop.removeEventListener('abort', say) };
}

/** Says a line on standard error, in place of a line of progress, which is drawn again. */
export function sayOverProgress(line: string): void {
  const { stderr } = process;
  stderr.write(`${canOverwrite(stderr, process.env) ? '\r\u001b[2K' : ''}${line}\n`);
}
