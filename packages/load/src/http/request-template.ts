import type { Socket } from 'node:net';
import type { Exchange } from './exchange.ts';
import { viewOf } from './trace-context.ts';

/** A request that differs each time it goes out by its trace ids only: they are written into one piece of memory. */
export class RequestTemplate {
  readonly #at: number;
  #bytes: Buffer;
  #view: DataView;

  /** @param at where its `traceparent` begins */
  constructor(text: string, encoding: 'latin1' | 'utf8', at: number) {
    this.#bytes = Buffer.from(text, encoding);
    this.#view = viewOf(this.#bytes);
    this.#at = at;
  }

  write(socket: Socket, exchange: Exchange): void {
    exchange.stamp?.(this.#view, this.#at);
    socket.write(this.#bytes);
    if (socket.writableLength === 0) return;
    // What waits to be sent is read later; the next request must not be written over it.
    this.#bytes = Buffer.from(this.#bytes);
    this.#view = viewOf(this.#bytes);
  }

  /** Its head, for requests whose content goes out apart. */
  textFor(exchange: Exchange): string {
    exchange.stamp?.(this.#view, this.#at);
    return this.#bytes.toString('latin1');
  }
}
