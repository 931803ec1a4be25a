/**
 * One direction of a proxied connection.
 *
 * A lane is a line of chunks between two sockets. Everything that comes out of the source joins it at the tail with
 * its time of arrival and its share of the jitter; only the head of the line ever moves, so no fault can change the
 * order of bytes. The head may go when its latency is over and the piece before it has left (bandwidth, pause between
 * slices). Then one piece of it, cut to the smallest of what slice, bandwidth and drop allow, is written to the sink,
 * and nothing else until that write is done. So a slow reader stops the line; a line that holds `maxBufferedBytes`
 * stops the source, and through TCP the sender. The end of the source (FIN, or a reset) is the last in the line and
 * waits its turn like bytes. While the source is stopped, the system does not tell that its peer is gone: that shows
 * when the line has room again.
 *
 * When a chunk may go is worked out when it is at the head, from the faults of that moment: a change applies to what
 * is under way, and clear() lets the whole line go. There is at most one timer and one write at a time.
 *
 * @module
 */
import type { Socket } from 'node:net';
import type { Clock, Random, Timer } from '../core/index.ts';
import { ByteCorruption } from './byte-corruption.ts';
import type { DirectionFaults } from './faults.ts';

/** What a lane is told once, and what it reports to. */
export interface LaneContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Above this many bytes in the line the source is paused. */
  readonly maxBufferedBytes: number;
  /** Bytes have been passed to the sink, thrown away, or changed. */
  count(what: 'passed' | 'swallowed' | 'corrupted', bytes: number): void;
  /** The connection has to end: a drop is due, or the source was reset and the turn of that has come. */
  end(why: 'drop' | 'source-reset', how: 'reset' | 'fin'): void;
}

/** Something in the line: when it joined, and how much of the jitter it gets (0 to 1). */
interface Place {
  readonly arrivedAt: number;
  readonly jitterShare: number;
}

interface Chunk extends Place {
  bytes: Buffer;
}

/** A lane under a bandwidth limit writes what passes in this time at once. */
const QUANTUM_MS = 20;

/** See the head of this file. */
export class FaultLane {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #context: LaneContext;
  readonly #jitter: Random;
  readonly #line: Chunk[] = [];
  #sourceEnd: (Place & { readonly how: 'fin' | 'reset' }) | undefined;
  #faults: DirectionFaults = {};
  #corruption: ByteCorruption | undefined;
  #passed = 0;
  #bufferedBytes = 0;
  #freeAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #writing = false;
  #stopped = false;

  constructor(source: Socket, sink: Socket, context: LaneContext) {
    this.#source = source;
    this.#sink = sink;
    this.#context = context;
    this.#jitter = context.random.fork('jitter');
    source.on('data', (bytes: Buffer) => this.#take(bytes));
    source.on('end', () => this.#endWith('fin'));
  }

  /** Bytes read from the source and not yet taken by the sink. */
  get bufferedBytes(): number {
    return this.#bufferedBytes + this.#source.readableLength;
  }

  /** Puts `faults` in the place of those that held; offsets count from here. */
  apply(faults: DirectionFaults): void {
    const { corruptByte } = faults;
    this.#faults = faults;
    this.#passed = 0;
    this.#freeAt = Number.NEGATIVE_INFINITY;
    this.#corruption = corruptByte && new ByteCorruption(corruptByte, this.#context.random.fork('corrupt'));
    this.#pump();
  }

  /** The source died of an error: the sink's peer will get a reset, after the bytes before it. */
  sourceLost(): void {
    this.#endWith('reset');
  }

  /** Ends the lane for good. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#line.length = 0;
    this.#bufferedBytes = 0;
  }

  #place(): Place {
    return { arrivedAt: this.#context.clock.now(), jitterShare: this.#jitter.next() };
  }

  #take(bytes: Buffer): void {
    if (this.#stopped) return;
    this.#line.push({ ...this.#place(), bytes });
    this.#bufferedBytes += bytes.length;
    if (this.#bufferedBytes >= this.#context.maxBufferedBytes) this.#source.pause();
    this.#pump();
  }

  #endWith(how: 'fin' | 'reset'): void {
    this.#sourceEnd = { ...this.#place(), how };
    this.#pump();
  }

  /** Moves the head of the line, or sets the timer for when it may move. */
  #pump(): void {
    this.#timer?.cancel();
    if (this.#stopped) return;
    if (this.#faults.halfOpen === true || this.#sink.destroyed) this.#swallow();
    else if (this.#faults.stall !== true) this.#move();
  }

  #move(): void {
    if (this.#writing) {
      this.#cutIfBlocked();
      return;
    }
    const head = this.#line[0];
    const place = head ?? this.#sourceEnd;
    if (place === undefined) return;
    const waitMs = this.#dueAt(place) - this.#context.clock.now();
    if (waitMs > 0) this.#timer = this.#context.clock.schedule(waitMs, () => this.#pump());
    else if (head === undefined) this.#passEnd();
    else if (this.#untilDrop() === 0) this.#drop();
    else this.#send(head);
  }

  #dueAt({ arrivedAt, jitterShare }: Place): number {
    const { latencyMs = 0, jitterMs = 0 } = this.#faults;
    return Math.max(this.#freeAt, arrivedAt + latencyMs + jitterShare * jitterMs);
  }

  #send(head: Chunk): void {
    const piece = head.bytes.subarray(0, this.#pieceBytes());
    if (piece.length === head.bytes.length) this.#line.shift();
    else head.bytes = head.bytes.subarray(piece.length);
    if (this.#corruption !== undefined) this.#context.count('corrupted', this.#corruption.apply(piece));
    this.#passed += piece.length;
    this.#occupy(piece.length);
    this.#writing = true;
    this.#sink.write(piece, (error) => this.#sent(piece.length, error));
    this.#cutIfBlocked();
  }

  /** A reset does not wait for a peer that does not read: nobody could tell how long. */
  #cutIfBlocked(): void {
    const isBlocked = this.#sink.writableLength > 0 && !this.#sink.connecting;
    if (isBlocked && this.#sourceEnd?.how === 'reset') this.#context.end('source-reset', 'reset');
  }

  #sent(bytes: number, error: Error | null | undefined): void {
    this.#writing = false;
    if (this.#stopped) return;
    this.#context.count(error ? 'swallowed' : 'passed', bytes);
    this.#release(bytes);
    if (this.#untilDrop() === 0 && this.#passed > 0) this.#drop();
    else this.#pump();
  }

  #pieceBytes(): number {
    const { slice, bandwidthBytesPerS = Number.POSITIVE_INFINITY } = this.#faults;
    const quantum = Math.max(1, Math.floor((bandwidthBytesPerS * QUANTUM_MS) / 1_000));
    return Math.min(slice?.maxBytes ?? Number.POSITIVE_INFINITY, quantum, this.#untilDrop());
  }

  #occupy(bytes: number): void {
    const { slice, bandwidthBytesPerS = Number.POSITIVE_INFINITY } = this.#faults;
    this.#freeAt = this.#context.clock.now() + (slice?.delayMs ?? 0) + (bytes * 1_000) / bandwidthBytesPerS;
  }

  #untilDrop(): number {
    return (this.#faults.dropAfterBytes ?? Number.POSITIVE_INFINITY) - this.#passed;
  }

  #drop(): void {
    this.#context.end('drop', this.#faults.dropWith ?? 'reset');
  }

  #swallow(): void {
    let bytes = 0;
    for (const chunk of this.#line) bytes += chunk.bytes.length;
    this.#line.length = 0;
    this.#context.count('swallowed', bytes);
    this.#release(bytes);
  }

  #release(bytes: number): void {
    this.#bufferedBytes -= bytes;
    if (this.#bufferedBytes < this.#context.maxBufferedBytes && this.#source.isPaused()) this.#source.resume();
  }

  #passEnd(): void {
    if (this.#sourceEnd?.how === 'reset') this.#context.end('source-reset', 'reset');
    else this.#sink.end();
  }
}
