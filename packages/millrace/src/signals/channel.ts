import { channel as openChannel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { SIGNALS_ERRORS } from './errors.ts';

/**
 * One named stream of facts on `node:diagnostics_channel`. Features publish; nobody inside a feature
 * knows who listens. Guard the making of a payload with {@link Channel.hasSubscribers}, so that an
 * unobserved hook costs one branch.
 */
export interface Channel<Payload> {
  /** `millrace.<area>.<event>`. */
  readonly name: string;
  /** True while somebody listens. */
  readonly hasSubscribers: boolean;
  /** Hands `payload` to each listener, synchronously, in the order in which they subscribed. */
  publish(payload: Payload): void;
  /**
   * Listens until the returned function is called.
   *
   * A listener that throws, or whose promise rejects, harms neither the publisher nor the other listeners: whoever
   * watches a service must not be able to stop it. Its first error is told as a process warning with the code
   * `MILLRACE_SIGNALS_LISTENER_FAILED`; later ones of the same subscription are dropped. (A listener that subscribes
   * through `node:diagnostics_channel` itself has no such net: Node raises its errors as uncaught exceptions.)
   */
  subscribe(listen: (payload: Payload) => void): () => void;
}

/**
 * Declares a channel. Two calls with one name give the same stream, also across two copies of the package.
 * @example
 * const served = defineChannel<{ readonly route: string }>('millrace.demo.served');
 * const stop = served.subscribe(({ route }) => console.log(route));
 * if (served.hasSubscribers) served.publish({ route: '/health' });
 * stop();
 */
export function defineChannel<Payload>(name: `millrace.${string}.${string}`): Channel<Payload> {
  return new DiagnosticsChannel(name);
}

/** A class, for its getter is read on every hit of a cache: that of an object of its own is not compiled into the caller. */
class DiagnosticsChannel<Payload> implements Channel<Payload> {
  readonly name: string;
  readonly #inner: ReturnType<typeof openChannel>;

  constructor(name: string) {
    this.name = name;
    this.#inner = openChannel(name);
  }

  get hasSubscribers(): boolean {
    return this.#inner.hasSubscribers;
  }

  publish(payload: Payload): void {
    this.#inner.publish(payload);
  }

  subscribe(listen: (payload: Payload) => void): () => void {
    const { name } = this;
    const listener = shield(name, listen as (payload: unknown) => unknown);
    subscribe(name, listener);
    return () => void unsubscribe(name, listener);
  }
}

function shield(name: string, listen: (payload: unknown) => unknown): (payload: unknown) => void {
  let told = false;
  const tell = (error: unknown): void => {
    if (told) return;
    told = true;
    const context = { channel: name, problem: String(error) };
    process.emitWarning(SIGNALS_ERRORS.create('MILLRACE_SIGNALS_LISTENER_FAILED', context, error));
  };
  return (payload) => {
    try {
      const outcome = listen(payload);
      if (outcome instanceof Promise) outcome.catch(tell);
    } catch (error) {
      tell(error);
    }
  };
}
