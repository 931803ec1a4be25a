import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { CacheOptions, RedisTierOptions } from 'millrace/cache';

/* A cache in a process of its own, told what to do over the channel of the process, whose origin is whoever tells it. */

/** What a member is told to do, with what it answers. */
export interface Orders {
  /** One value, by `getOrSet`. */
  read: { readonly given: { readonly key: string; readonly tags?: readonly string[] }; readonly answer: unknown };
  delete: { readonly given: { readonly key: string }; readonly answer: null };
  /** Reads of one key at once; their answers, or what each failed with. */
  burst: { readonly given: { readonly key: string; readonly callers: number }; readonly answer: readonly string[] };
  /** Reads of one key at a rate: how many there were, and how many of them had to wait. */
  hammer: {
    readonly given: { readonly key: string; readonly perSecond: number; readonly forMs: number };
    readonly answer: { readonly asked: number; readonly waited: number };
  };
  /** Invalidations of keys `prefix0`, `prefix1`, … at a rate: when each was asked for, and how many nobody acknowledged. */
  flood: {
    readonly given: { readonly prefix: string; readonly count: number; readonly perSecond: number };
    readonly answer: { readonly askedAt: readonly number[]; readonly pending: number };
  };
  /** When each key that begins so was heard of, in the order of {@link Orders.flood}; null where it was not. */
  heard: {
    readonly given: { readonly prefix: string; readonly count: number };
    readonly answer: readonly (number | null)[];
  };
  /** The statistics, once it follows its log. */
  follow: {
    readonly given: Record<never, never>;
    readonly answer: { readonly loading: number; readonly resets: number };
  };
}

export type OrderName = keyof Orders;

/** What is sent to a member. */
export type ToMember =
  | { readonly id: number; readonly order: OrderName; readonly given: unknown }
  | { readonly origin: number; readonly value?: unknown; readonly failed?: string };

/** What a member sends. */
export type FromMember =
  | { readonly id: number; readonly answer?: unknown; readonly error?: string }
  | { readonly load: number; readonly key: string };

/** How a member's cache is made. */
export interface MemberOptions {
  readonly url: string;
  readonly cache: Pick<CacheOptions, 'name'> & Partial<CacheOptions>;
  readonly tier?: Partial<RedisTierOptions>;
}

/** What stands behind the members: answers, or fails. */
export type Origin = (key: string, member: Member) => unknown;

/** A process with a cache in it. */
export class Member implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #origin: Origin;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #ids = 0;

  constructor(options: MemberOptions, origin: Origin) {
    this.#origin = origin;
    this.#process = fork(new URL('./member-run.ts', import.meta.url), [JSON.stringify(options)], {
      execArgv: ['--conditions=millrace-source'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.#process.on('message', (message: FromMember) => void this.#hear(message));
    this.#process.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the process is gone'));
    });
  }

  tell<Name extends OrderName>(order: Name, given: Orders[Name]['given']): Promise<Orders[Name]['answer']> {
    const id = ++this.#ids;
    const told = Promise.withResolvers<unknown>();
    this.#waiting.set(id, told);
    told.promise.catch(() => {}); // Of a process that is ended nobody waits for an answer.
    this.#process.send({ id, order, given } satisfies ToMember);
    return told.promise as Promise<Orders[Name]['answer']>;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }

  async #hear(message: FromMember): Promise<void> {
    if ('load' in message) {
      const { load: origin, key } = message;
      try {
        this.#send({ origin, value: await this.#origin(key, this) });
      } catch (error) {
        this.#send({ origin, failed: (error as Error).message });
      }
      return;
    }
    const told = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) told?.resolve(message.answer);
    else told?.reject(new Error(message.error));
  }

  #send(message: ToMember): void {
    if (this.#process.connected) this.#process.send(message);
  }
}

/** Starts some; resolves once all follow their log. */
export async function startMembers(count: number, options: MemberOptions, origin: Origin): Promise<Member[]> {
  const members = Array.from({ length: count }, () => new Member(options, origin));
  await Promise.all(members.map((member) => member.tell('follow', {})));
  return members;
}
