import type { Clock } from 'millrace/core';
import type { Model, ProviderState } from '../ports/index.ts';

/** Who serves each model, in the order in which they are asked. */
const PROVIDERS_OF: Readonly<Record<Model, readonly string[]>> = {
  'swift-1': ['fast', 'mid', 'slow'],
  'steady-1': ['mid', 'fast', 'slow'],
  'deep-1': ['slow', 'mid', 'fast'],
};

const NAMES: readonly string[] = ['fast', 'mid', 'slow'];
/** After this many failures in a row a provider is asked last. */
const FAILURES_IN_A_ROW = 3;
const COOL_DOWN_MS = 2_000;

interface ProviderRecord {
  calls: number;
  failures: number;
  inARow: number;
  failedAt: number;
  failedAtWall: number;
  open: number;
}

/** Keeps in mind how each provider does, and puts those that fail at the end of the order for a while. */
export class Providers {
  readonly #clock: Clock;
  readonly #maxOpen: number;
  readonly #records = new Map(NAMES.map((name) => [name, emptyRecord()]));

  /** @param maxOpen the most calls that a provider is sent at once */
  constructor(clock: Clock, maxOpen: number) {
    this.#clock = clock;
    this.#maxOpen = maxOpen;
  }

  /** Whom to ask, best first. None is left out because it failed: it may be the only one that serves. */
  orderFor(model: Model): readonly string[] {
    const order = PROVIDERS_OF[model].filter((name) => this.#record(name).open < this.#maxOpen);
    return [...order.filter((name) => !this.#isFailing(name)), ...order.filter((name) => this.#isFailing(name))];
  }

  begin(name: string): void {
    const record = this.#record(name);
    record.calls++;
    record.open++;
  }

  end(name: string): void {
    this.#record(name).open--;
  }

  served(name: string): void {
    this.#record(name).inARow = 0;
  }

  failed(name: string): void {
    const record = this.#record(name);
    record.failures++;
    record.inARow++;
    record.failedAt = this.#clock.now();
    record.failedAtWall = this.#clock.wallNow();
  }

  states(): readonly ProviderState[] {
    return [...this.#records].map(([name, { calls, failures, inARow, failedAtWall }]) => ({
      ...{ name, status: this.#isFailing(name) ? 'failing' : 'up', calls, failures, consecutiveFailures: inARow },
      lastFailureAt: failures === 0 ? null : new Date(failedAtWall).toISOString(),
    }));
  }

  #isFailing(name: string): boolean {
    const { inARow, failedAt } = this.#record(name);
    return inARow >= FAILURES_IN_A_ROW && this.#clock.now() < failedAt + COOL_DOWN_MS;
  }

  #record(name: string): ProviderRecord {
    return this.#records.get(name) as ProviderRecord;
  }
}

function emptyRecord(): ProviderRecord {
  return { calls: 0, failures: 0, inARow: 0, failedAt: 0, failedAtWall: 0, open: 0 };
}
