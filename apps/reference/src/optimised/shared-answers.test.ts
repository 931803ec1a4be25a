import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { AnswerEvent, AnswerStream } from '../ports/index.ts';
import { createSharedAnswers } from './shared-answers.ts';

const EVENTS = 4;

interface Call {
  readonly id: number;
  readers: number;
  fetched: number;
  /** How far its furthest reader ever came. */
  furthest: number;
  complete: boolean;
  aborted: boolean;
}

interface Reader {
  readonly call: Call;
  readonly client: AbortController;
  readonly events: AsyncIterator<AnswerEvent>;
  read: number;
}

/** What readers of one shared answer should see, and when its call should begin and end. */
class Model {
  readonly calls: Call[] = [];
  readonly readers: Reader[] = [];
  readonly #sharing = createSharedAnswers();

  async join(): Promise<void> {
    const underWay = this.calls.find((call) => !call.complete && !call.aborted);
    const client = new AbortController();
    const { events } = await this.#sharing.ask('key', async (signal) => this.#open(signal), client.signal);
    const call = this.calls.at(-1) ?? assert.fail('nothing was opened');
    if (underWay) assert.equal(call, underWay, 'a second call was opened beside one under way');
    call.readers++;
    this.readers.push({ call, client, events: events[Symbol.asyncIterator](), read: 0 });
  }

  async read(which: number): Promise<void> {
    const reader = this.readers[which % this.readers.length];
    if (!reader) return;
    const { done, value } = await reader.events.next();
    if (reader.read === EVENTS) {
      assert.equal(done, true);
      this.#remove(reader);
      return;
    }
    assert.equal(value?.data, `${reader.call.id}.${reader.read++}`);
    reader.call.furthest = Math.max(reader.call.furthest, reader.read);
    assert.equal(reader.call.fetched, reader.call.furthest, 'more was fetched than anybody read');
  }

  async leave(which: number): Promise<void> {
    const reader = this.readers[which % this.readers.length];
    if (!reader) return;
    reader.client.abort(new Error('gone'));
    this.#remove(reader);
    assert.equal(reader.call.aborted, reader.call.readers === 0 && !reader.call.complete);
  }

  #remove(reader: Reader): void {
    this.readers.splice(this.readers.indexOf(reader), 1);
    reader.call.readers--;
  }

  #open(signal: AbortSignal): AnswerStream {
    const call: Call = { id: this.calls.length, readers: 0, fetched: 0, furthest: 0, complete: false, aborted: false };
    this.calls.push(call);
    signal.addEventListener('abort', () => {
      call.aborted = true;
    });
    async function* events(): AsyncGenerator<AnswerEvent> {
      while (call.fetched < EVENTS) yield { name: 'event', data: `${call.id}.${call.fetched++}` };
      call.complete = true;
    }
    return { provider: 'fast', events: events() };
  }
}

test('[GW-11] [GW-12] however readers come, read and leave, each reads all from the beginning, one call at a time', async () => {
  const action = fc.oneof(
    fc.constant({ kind: 'join', which: 0 } as const),
    fc.record({ kind: fc.constantFrom('read', 'read', 'read', 'leave'), which: fc.nat(5) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const model = new Model();
      for (const { kind, which } of actions) await model[kind](which);
    }),
    { ...propertySeed(), numRuns: 300 },
  );
});

test('[GW-12] all who wait get the failure of the call, and the next one asks anew', async () => {
  const sharing = createSharedAnswers();
  const { signal } = new AbortController();
  let opens = 0;
  const fail = async (): Promise<AnswerStream> => {
    opens++;
    throw new Error('no provider');
  };
  const asked = await Promise.allSettled([1, 2, 3].map(() => sharing.ask('key', fail, signal)));
  assert.ok(asked.every((answer) => answer.status === 'rejected'));
  assert.equal(opens, 1);
  await assert.rejects(sharing.ask('key', fail, signal), /no provider/);
  assert.equal(opens, 2);
});
