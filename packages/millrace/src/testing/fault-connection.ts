import type { Socket } from 'node:net';
import type { Clock, Random, Timer } from '../core/index.ts';
import { FaultLane, type LaneContext } from './fault-lane.ts';
import type { ResolvedFaults } from './faults.ts';

type Direction = 'up' | 'down';

/** What the connections of a proxy have done so far. */
export interface ProxyTally {
  accepted: number;
  refused: number;
  failed: number;
  resets: number;
  bytesUp: number;
  bytesDown: number;
  bytesSwallowed: number;
  bytesCorrupted: number;
}

/** What a connection gets from its proxy. */
export interface ConnectionContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly maxBufferedBytes: number;
  readonly connectTimeoutMs: number;
  readonly tally: ProxyTally;
}

/** A client, the target that it is joined to, and the lane of each direction. */
export class FaultConnection {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #context: ConnectionContext;
  readonly #up: FaultLane;
  readonly #down: FaultLane;
  readonly #timers = new Map<Direction, Timer>();
  readonly #closed: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #openSockets = 2;
  #over = false;

  /** `target` is connecting. */
  constructor(client: Socket, target: Socket, context: ConnectionContext) {
    this.#client = client;
    this.#target = target;
    this.#context = context;
    this.#up = new FaultLane(client, target, this.#laneContext('up'));
    this.#down = new FaultLane(target, client, this.#laneContext('down'));
    this.#boundConnecting();
    this.#watch(client, this.#up);
    this.#watch(target, this.#down);
  }

  /** Resolves when both sockets are closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Bytes that wait in the proxy. */
  get bufferedBytes(): number {
    return this.#up.bufferedBytes + this.#down.bufferedBytes;
  }

  /** Puts `faults` in the place of those that held. */
  apply(faults: ResolvedFaults): void {
    if (this.#over) return;
    this.#cancelTimers();
    const both = faults.up.resetAfterMs === faults.down.resetAfterMs;
    for (const direction of ['up', 'down'] as const) {
      const delayMs = faults[direction].resetAfterMs;
      if (delayMs === undefined || this.#over) continue;
      const fire = (): void => this.reset(both ? ['up', 'down'] : [direction]);
      if (delayMs === 0) fire();
      else this.#timers.set(direction, this.#context.clock.schedule(delayMs, fire));
    }
    this.#up.apply(faults.up);
    this.#down.apply(faults.down);
  }

  /** Resets the peers that `directions` lead to, and ends the connection. */
  reset(directions: readonly Direction[] = ['up', 'down']): void {
    if (this.#over) return;
    this.#context.tally.resets++;
    this.#stop();
    resetSocket(this.#target, directions.includes('up'));
    resetSocket(this.#client, directions.includes('down'));
  }

  /** Ends the connection at once; resolves when both sockets are closed. */
  destroy(): Promise<void> {
    this.#stop();
    this.#client.destroy();
    this.#target.destroy();
    return this.closed;
  }

  #laneContext(direction: Direction): LaneContext {
    const { clock, random, maxBufferedBytes, tally } = this.#context;
    const passed = direction === 'up' ? 'bytesUp' : 'bytesDown';
    const names = { passed, swallowed: 'bytesSwallowed', corrupted: 'bytesCorrupted' } as const;
    return {
      clock,
      random: random.fork(direction),
      maxBufferedBytes,
      count: (what, bytes) => {
        tally[names[what]] += bytes;
      },
      end: (why, how) => {
        if (why === 'drop' && how === 'fin') this.#endSoon(direction);
        else if (why === 'drop') this.reset();
        else this.#passReset(direction);
      },
    };
  }

  /** A socket that fails is reported to its own lane, which tells the other side in its turn. */
  #watch(socket: Socket, lane: FaultLane): void {
    // What there is to do is done on close, where `errored` tells whether there was an error.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (socket.errored !== null && !this.#over) lane.sourceLost();
      if (--this.#openSockets > 0) return;
      this.#stop();
      this.#closed.resolve();
    });
  }

  #boundConnecting(): void {
    const { clock, connectTimeoutMs, tally } = this.#context;
    const late = clock.schedule(connectTimeoutMs, () => this.#target.destroy(new Error('connecting took too long')));
    let connected = false;
    this.#target.once('connect', () => {
      connected = true;
      late.cancel();
    });
    this.#target.once('close', () => {
      late.cancel();
      if (!connected && !this.#over) tally.failed++;
    });
  }

  /** The bytes so far, then FIN; the sender may get a reset if it goes on. */
  #endSoon(direction: Direction): void {
    this.#stop();
    const [source, sink] = direction === 'up' ? [this.#client, this.#target] : [this.#target, this.#client];
    sink.destroySoon();
    source.destroy();
  }

  #passReset(direction: Direction): void {
    this.#stop();
    resetSocket(direction === 'up' ? this.#target : this.#client, true);
  }

  #stop(): void {
    this.#over = true;
    this.#cancelTimers();
    this.#up.stop();
    this.#down.stop();
  }

  #cancelTimers(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}

/**
 * Destroys `socket`, by a reset if asked and if it can: a Unix socket knows none, a socket that is connecting has
 * nobody to send it to, and one whose FIN is under way cannot take it back (libuv refuses, and would leak the handle).
 */
export function resetSocket(socket: Socket, byReset = true): void {
  const ending = socket.writableEnded && !socket.writableFinished;
  const isTcp = socket.remoteFamily !== undefined;
  if (byReset && isTcp && !socket.connecting && !socket.destroyed && !ending) socket.resetAndDestroy();
  else socket.destroy();
}
