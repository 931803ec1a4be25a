import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../testing/index.ts';
import { createSingleFlight, type SingleFlight } from './single-flight.ts';

type Step = { readonly kind: 'run' | 'fail' | 'forget'; readonly key: number };

const steps = fc.array(
  fc.record({ kind: fc.constantFrom<Step['kind']>('run', 'run', 'run', 'fail', 'forget'), key: fc.nat(2) }),
  { maxLength: 40 },
);

/** What one load knows of itself; its failure carries the same. */
interface Answer {
  readonly key: number;
  readonly startedAt: number;
  readonly failed: boolean;
}

/** Everything that happened to one single flight, with a count as its time. */
class History {
  readonly #flights: SingleFlight<number, Answer> = createSingleFlight();
  readonly #forgottenAt = new Map<number, number>();
  readonly #current = new Map<number, Answer>();
  readonly asked: Promise<void>[] = [];
  #now = 0;

  get left(): number {
    return this.#flights.size;
  }

  take(step: Step, scheduler: fc.Scheduler): void {
    this.#now++;
    if (step.kind === 'forget') {
      this.#flights.forget(step.key);
      this.#forgottenAt.set(step.key, this.#now);
      this.#current.delete(step.key);
    } else {
      this.asked.push(this.#ask(step, scheduler));
    }
  }

  async #ask({ key, kind }: Step, scheduler: fc.Scheduler): Promise<void> {
    const earliest = this.#forgottenAt.get(key) ?? 0;
    const load = (): Promise<Answer> => this.#load(key, kind === 'fail', scheduler);
    const joinable = this.#current.get(key);
    const promise = this.#flights.run(key, load);
    const answer = await promise.catch((reason: Answer) => reason);
    assert.equal(answer.key, key);
    assert.ok(answer.startedAt > earliest, 'got the answer of a load from before the forget');
    if (joinable !== undefined) assert.equal(answer, joinable, 'did not join the load in flight');
  }

  async #load(key: number, failed: boolean, scheduler: fc.Scheduler): Promise<Answer> {
    const answer: Answer = { key, startedAt: this.#now, failed };
    assert.equal(this.#current.has(key), false, 'two loads of one key count at once');
    this.#current.set(key, answer);
    await scheduler.schedule(Promise.resolve());
    if (this.#current.get(key) === answer) this.#current.delete(key);
    if (failed) throw answer;
    return answer;
  }
}

test('[CORE-22, CORE-23, CORE-24] whatever the order in which loads end, each caller gets an answer that counts for it', async () => {
  const property = fc.asyncProperty(steps, fc.scheduler(), async (list, scheduler) => {
    const history = new History();
    const walked = scheduler.scheduleSequence(
      list.map((step) => ({ label: `${step.kind} ${step.key}`, builder: async () => history.take(step, scheduler) })),
    );
    await scheduler.waitFor(walked.task);
    await scheduler.waitFor(Promise.all(history.asked));
    assert.equal(history.left, 0);
  });
  await fc.assert(property, { ...propertySeed(), numRuns: 300 });
});
