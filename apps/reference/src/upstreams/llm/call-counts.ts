import { PROVIDERS, type ProviderName } from './provider.ts';

/** What one provider has seen since the process started or was last reset. */
export interface ProviderCounts {
  /** Calls understood, those that then failed included. */
  readonly calls: number;
  /** Calls that it failed because it flaps. */
  readonly failures: number;
  /** Answers sent to their last byte. */
  readonly completed: number;
  /** Answers that the client hung up on. */
  readonly aborted: number;
}

export interface LlmCounts {
  /** TCP connections opened that carried at least one call. */
  readonly connections: number;
  /** Requests answered 4xx. */
  readonly refused: number;
  /** Calls being answered at this moment. */
  readonly open: number;
  readonly totalCalls: number;
  readonly providers: Readonly<Record<ProviderName, ProviderCounts>>;
}

type Kind = keyof ProviderCounts;

export class CallCounts {
  #connections = 0;
  #refused = 0;
  #open = 0;
  #providers = emptyCounts();

  connection(): void {
    this.#connections++;
  }

  refuse(): void {
    this.#refused++;
  }

  begin(provider: ProviderName): void {
    this.#open++;
    this.#providers[provider].calls++;
  }

  end(provider: ProviderName, how: Exclude<Kind, 'calls'>): void {
    this.#open--;
    this.#providers[provider][how]++;
  }

  read(): LlmCounts {
    const totalCalls = Object.values(this.#providers).reduce((total, { calls }) => total + calls, 0);
    return {
      ...{ connections: this.#connections, refused: this.#refused, open: this.#open, totalCalls },
      providers: structuredClone(this.#providers),
    };
  }

  /** Counts from zero again; calls that are open stay open. */
  reset(): void {
    this.#connections = 0;
    this.#refused = 0;
    this.#providers = emptyCounts();
  }
}

function emptyCounts(): Record<ProviderName, Record<Kind, number>> {
  return Object.fromEntries(
    PROVIDERS.map((name) => [name, { calls: 0, failures: 0, completed: 0, aborted: 0 }]),
  ) as Record<ProviderName, Record<Kind, number>>;
}
