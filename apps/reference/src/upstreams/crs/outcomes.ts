import { createRandom } from 'millrace/core';
import { createLatency } from '../latency.ts';
import { type CrsEndpoint, MEDIAN_LATENCY_MS } from './latency.ts';

/** What becomes of one call: how long it waits, and whether it then fails. */
export interface Outcome {
  readonly delayMs: number;
  readonly kind: 'answer' | 'error' | 'hang';
}

export interface OutcomeOptions {
  /** Equal seeds give the n-th call of an endpoint the same outcome. */
  readonly seed: number;
  /** Factor on the latencies; 0 answers at once. */
  readonly latencyScale: number;
  /** Share of the calls that fail, 0 to 1. */
  readonly errorRate: number;
  /** Share of the calls that hang before they are answered, 0 to 1. */
  readonly hangRate: number;
  readonly hangMs: number;
}

/** Decides the outcome of each call. Every endpoint has its own stream of random numbers. */
export function createOutcomes(options: OutcomeOptions): (endpoint: CrsEndpoint) => Outcome {
  const streams = new Map<CrsEndpoint, () => Outcome>();
  return (endpoint) => {
    const stream = streams.get(endpoint) ?? createStream(endpoint, options);
    streams.set(endpoint, stream);
    return stream();
  };
}

function createStream(endpoint: CrsEndpoint, options: OutcomeOptions): () => Outcome {
  const random = createRandom(options.seed).fork(endpoint);
  const latency = createLatency(MEDIAN_LATENCY_MS[endpoint], random.fork('latency'));
  return () => {
    const delayMs = latency() * options.latencyScale;
    const point = random.next();
    if (point < options.hangRate) return { delayMs: delayMs + options.hangMs, kind: 'hang' };
    return { delayMs, kind: point < options.hangRate + options.errorRate ? 'error' : 'answer' };
  };
}
