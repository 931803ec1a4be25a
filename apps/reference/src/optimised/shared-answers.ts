import type { AnswerEvent, AnswerSharing, AnswerStream } from '../ports/index.ts';

/** Those who ask the same while its answer is under way read that answer, from its first event on. */
export function createSharedAnswers(): AnswerSharing {
  const underWay = new Map<string, SharedAnswer>();
  return {
    ask(key, open, signal) {
      const joined = underWay.get(key);
      if (joined) return joined.join(signal);
      const answer = new SharedAnswer(open, () => {
        if (underWay.get(key) === answer) underWay.delete(key);
      });
      underWay.set(key, answer);
      return answer.join(signal);
    },
  };
}

/**
 * One answer with many readers. The next event is fetched when the reader who is furthest asks for it, so that the
 * fastest sets the pace and nobody is waited for. The call ends when its last reader has left.
 */
class SharedAnswer {
  readonly #events: AnswerEvent[] = [];
  readonly #call = new AbortController();
  readonly #opened: Promise<AnswerStream>;
  readonly #onEnd: () => void;
  #source: AsyncIterator<AnswerEvent> | undefined;
  #fetching: Promise<void> | undefined;
  #complete = false;
  #readers = 0;

  constructor(open: (signal: AbortSignal) => Promise<AnswerStream>, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#opened = open(this.#call.signal);
    this.#opened.catch(onEnd);
  }

  async join(signal: AbortSignal): Promise<AnswerStream> {
    const leave = this.#enter(signal);
    try {
      const { provider } = await unlessAborted(this.#opened, signal);
      return { provider, events: this.#read(signal, leave) };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** @returns leaves again, once however often it is called; so does the signal */
  #enter(signal: AbortSignal): () => void {
    this.#readers++;
    const leave = (): void => {
      signal.removeEventListener('abort', leave);
      if (!present) return;
      present = false;
      if (--this.#readers > 0 || this.#complete) return;
      this.#onEnd();
      this.#call.abort(signal.reason);
    };
    let present = true;
    signal.addEventListener('abort', leave);
    return leave;
  }

  async *#read(signal: AbortSignal, leave: () => void): AsyncGenerator<AnswerEvent, void, undefined> {
    try {
      for (let next = 0; ; next++) {
        if (next === this.#events.length && !this.#complete) await unlessAborted(this.#fetch(), signal);
        const event = this.#events[next];
        if (event === undefined) return;
        yield event;
      }
    } finally {
      leave();
    }
  }

  /** One fetch at a time; a failure is every reader's. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchNext().then(
      () => {
        this.#fetching = undefined;
      },
      (error: unknown) => {
        this.#onEnd();
        throw error;
      },
    );
    return this.#fetching;
  }

  async #fetchNext(): Promise<void> {
    this.#source ??= (await this.#opened).events[Symbol.asyncIterator]();
    const { done, value } = await this.#source.next();
    if (!done) {
      this.#events.push(value);
      return;
    }
    this.#complete = true;
    this.#onEnd();
  }
}

/** Everything waited for here has its own time limit. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
