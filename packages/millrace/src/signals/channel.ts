import { channel as openChannel } from 'node:diagnostics_channel';

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
  /** Hands `payload` to each listener, synchronously. A listener that throws does not reach the publisher. */
  publish(payload: Payload): void;
  /** Listens until the returned function is called. */
  subscribe(listen: (payload: Payload) => void): () => void;
}

/** Declares a channel. Two calls with one name give the same stream. */
export function defineChannel<Payload>(name: `millrace.${string}.${string}`): Channel<Payload> {
  const inner = openChannel(name);
  return {
    name,
    get hasSubscribers() {
      return inner.hasSubscribers;
    },
    publish: (payload) => inner.publish(payload),
    subscribe(listen) {
      const listener = (payload: unknown): void => listen(payload as Payload);
      inner.subscribe(listener);
      return () => void inner.unsubscribe(listener);
    },
  };
}
