import type { Clock } from '../core/index.ts';
import type { RedisConnector, SubscriberConnection } from './connection.ts';
import { type KeepOptions, KeptConnection } from './kept-connection.ts';

type Listen = (message: string) => void;

interface Channel {
  readonly listeners: Set<Listen>;
  /** What the client calls: one function, so that asking again adds none. */
  readonly deliver: Listen;
  /** The connection that the server has confirmed it on. */
  confirmed: number | undefined;
  /** The connection that it is being asked for on. */
  asked: SubscriberConnection | undefined;
  readonly waiting: Set<() => void>;
}

/** Between two questions whether the server is still there: silence alone does not tell. */
const PING_MS = 5_000;

/**
 * Channels, heard over a connection that does nothing else, made with the first of them. After each new connection all
 * channels are asked for again; what was published in between is lost.
 */
export class Subscriptions {
  readonly #kept: KeptConnection<SubscriberConnection>;
  readonly #clock: Clock;
  readonly #channels = new Map<string, Channel>();
  #pingedAt: number;
  #pongedAt: number;

  constructor(connector: RedisConnector, options: KeepOptions) {
    this.#clock = options.clock;
    this.#pingedAt = this.#pongedAt = this.#clock.now();
    this.#kept = new KeptConnection((report) => connector.openSubscriber(report), options, {
      made: () => {
        this.#pongedAt = this.#pingedAt = this.#clock.now();
        this.#ask();
      },
      look: () => this.#inspect(),
    });
  }

  /** Why there is no connection. */
  get reason(): string {
    return this.#kept.reason;
  }

  /** Adds a listener. Answers what undoes it, and when the server has confirmed. */
  add(channel: string, listen: Listen): { readonly confirmed: Promise<void>; readonly remove: () => void } {
    const entry = this.#channels.get(channel) ?? newChannel();
    this.#channels.set(channel, entry);
    entry.listeners.add(listen);
    const { promise, resolve } = Promise.withResolvers<void>();
    entry.waiting.add(resolve);
    const remove = (): void => {
      entry.listeners.delete(listen);
      entry.waiting.delete(resolve);
    };
    if (entry.confirmed === this.#kept.session && this.#kept.ready) settle(entry);
    else this.#ask();
    return { confirmed: promise, remove };
  }

  close(): void {
    this.#kept.close();
    this.#channels.clear();
  }

  #ask(): void {
    if (!this.#kept.ready) return;
    const { current, session } = this.#kept;
    for (const [name, channel] of this.#channels) {
      if (channel.confirmed === session || channel.asked === current) continue;
      channel.asked = current;
      const done = (confirmed: boolean): void => {
        if (channel.asked === current) channel.asked = undefined;
        if (!confirmed || current !== this.#kept.current) return;
        channel.confirmed = session;
        settle(channel);
      };
      current.subscribe(name, channel.deliver).then(
        () => done(true),
        () => done(false), // Asked again at the next look.
      );
    }
  }

  #inspect(): void {
    this.#ask();
    const { current } = this.#kept;
    const now = this.#clock.now();
    if (current.ping === undefined || now - this.#pingedAt < PING_MS) return;
    const unanswered = this.#pongedAt < this.#pingedAt;
    this.#pingedAt = now;
    const heard = (): void => {
      this.#pongedAt = this.#clock.now();
    };
    if (unanswered) {
      this.#pongedAt = now;
      this.#kept.renew('SILENT');
    } else current.ping().then(heard, heard);
  }
}

function newChannel(): Channel {
  const listeners = new Set<Listen>();
  const deliver = (message: string): void => {
    for (const listen of listeners) listen(message);
  };
  return { listeners, deliver, confirmed: undefined, asked: undefined, waiting: new Set() };
}

function settle(channel: Channel): void {
  for (const resolve of channel.waiting) resolve();
  channel.waiting.clear();
}
