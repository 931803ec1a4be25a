import type { FoundValue, SharedStore } from './shared-store.ts';

interface Asked {
  readonly key: string;
  readonly answer: PromiseWithResolvers<FoundValue | undefined>;
}

/** Most keys in one question: a server answers nobody else meanwhile. */
const MOST_KEYS = 100;

/** Asks a store with one question for the keys that are looked for in one turn of the event loop. */
export class FindBatch {
  readonly #store: SharedStore;
  #asked: Asked[] = [];

  constructor(store: SharedStore) {
    this.#store = store;
  }

  find(key: string): Promise<FoundValue | undefined> {
    const answer = Promise.withResolvers<FoundValue | undefined>();
    if (this.#asked.push({ key, answer }) === 1) queueMicrotask(() => this.#send());
    return answer.promise;
  }

  #send(): void {
    const asked = this.#asked;
    this.#asked = [];
    for (let at = 0; at < asked.length; at += MOST_KEYS) this.#ask(asked.slice(at, at + MOST_KEYS));
  }

  #ask(asked: readonly Asked[]): void {
    const [first] = asked;
    if (asked.length === 1 && first !== undefined) {
      this.#store.find(first.key).then(first.answer.resolve, first.answer.reject);
      return;
    }
    this.#store.findMany(asked.map(({ key }) => key)).then(
      (found) => {
        for (const [at, { answer }] of asked.entries()) answer.resolve(found[at]);
      },
      (error: unknown) => {
        for (const { answer } of asked) answer.reject(error);
      },
    );
  }
}
