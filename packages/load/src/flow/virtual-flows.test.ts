import { type Clock, createRandom } from 'millrace/core';
import { createFakeClock, type FakeClock } from 'millrace/testing';
import { ConnectionTimes, type Exchange, type ExchangeHandler, type WireAnswer } from '../http/index.ts';
import { Recorder, RunMemory, type Share, type Transport, type Workload, type WorkloadContext } from '../run/index.ts';
import { defineScenario } from './define-scenario.ts';
import type { Flow, FlowDefinition } from './flow-definition.ts';

/** One request as the virtual service sees it. */
export interface VirtualRequest {
  readonly atMs: number;
  readonly line: string;
}

/** A workload of flows in virtual time, driven by hand. */
export interface VirtualFlows {
  readonly clock: FakeClock;
  readonly workload: Workload;
  readonly recorder: Recorder;
  readonly seen: VirtualRequest[];
  /** How arrivals were settled, in order. */
  readonly settled: boolean[];
  /** An arrival whose time was `agoMs` before now. */
  admit(agoMs?: number): void;
}

export interface VirtualOptions {
  readonly flows: readonly Flow[];
  readonly more?: Partial<FlowDefinition>;
  readonly users?: number;
  readonly seed?: number;
  readonly maxQueue?: number;
  readonly share?: Share;
  readonly connections?: number;
  /** How long an answer takes; undefined: none comes. Default 10 ms. */
  readonly answerMs?: (request: VirtualRequest) => number | undefined;
}

export async function openVirtualFlows(options: VirtualOptions): Promise<VirtualFlows> {
  const { flows, more, users = 1, seed = 1, maxQueue = 100, share = { index: 0, of: 1 }, connections = 64 } = options;
  const clock = createFakeClock();
  await clock.advance(1_000);
  const seen: VirtualRequest[] = [];
  const answerMs = options.answerMs ?? ((): number => 10);
  const context: WorkloadContext = {
    target: { origin: 'http://virtual', host: 'virtual', hostname: 'virtual', addresses: [], port: 80 },
    ...{ seed, clock, maxQueue, maxLinks: 10_000, share, signal: undefined },
    openTransport: (handler) => new VirtualTransport(clock, connections, handler, seen, answerMs),
  };
  const scenario = defineScenario({ name: 'virtual', users, flows, ...more } as FlowDefinition);
  const shared = await scenario.setUp(context);
  const memory = new RunMemory(10_000);
  const recorder = new Recorder(clock.now(), 10_000, memory);
  const settled: boolean[] = [];
  const onSettled = (ok: boolean): void => void settled.push(ok);
  const open = await scenario.open(context, shared);
  const workload = open({ clock, recorder, memory, random: createRandom(seed), onSettled });
  let index = 0;
  const admit = (agoMs = 0): void => workload.admit(index++, clock.now() - agoMs, clock.now());
  return { clock, workload, recorder, seen, settled, admit };
}

class VirtualTransport<E extends Exchange> implements Transport<E> {
  readonly opened: number = 0;
  readonly desyncs: number = 0;
  readonly times: ConnectionTimes = new ConnectionTimes();
  readonly #clock: Clock;
  readonly #connections: number;
  readonly #handler: ExchangeHandler<E>;
  readonly #seen: VirtualRequest[];
  readonly #answerMs: (request: VirtualRequest) => number | undefined;
  readonly #busy: Set<E> = new Set();

  constructor(
    clock: Clock,
    connections: number,
    handler: ExchangeHandler<E>,
    seen: VirtualRequest[],
    answerMs: (request: VirtualRequest) => number | undefined,
  ) {
    this.#clock = clock;
    this.#connections = connections;
    this.#handler = handler;
    this.#seen = seen;
    this.#answerMs = answerMs;
  }

  get hasRoom(): boolean {
    return this.#busy.size < this.#connections;
  }

  send(exchange: E): void {
    this.#busy.add(exchange);
    exchange.writtenAt = this.#clock.now();
    const request = { atMs: this.#clock.now() - 1_000, line: exchange.request.text.split(' HTTP')[0] ?? '' };
    this.#seen.push(request);
    const ms = this.#answerMs(request);
    if (ms === undefined) return;
    this.#clock.schedule(ms, () => {
      if (!this.#busy.delete(exchange)) return;
      exchange.firstByteAt = this.#clock.now();
      this.#handler.answered(exchange, GOOD, this.#clock.now());
    });
  }

  sweep(): void {}

  close(): E[] {
    const busy = [...this.#busy];
    this.#busy.clear();
    return busy;
  }
}

const GOOD: WireAnswer = {
  status: 200,
  bodyBytes: 0,
  headers: () => ({}),
  setCookies: () => [],
  body: () => undefined,
};
