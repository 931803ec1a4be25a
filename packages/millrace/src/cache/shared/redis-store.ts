import { createHash, randomBytes } from 'node:crypto';
import { type Clock, MillraceError } from '../../core/index.ts';
import type { RedisDriver } from '../../redis/index.ts';
import { toKeyBytes } from '../cache-key.ts';
import type { ValueCodec } from '../codec/index.ts';
import type { SchemaVersions } from '../schema-versions.ts';
import { Fills } from './fills.ts';
import type { FoundValue, Lease, SharedStore, SharedValue, Taken } from './shared-store.ts';
import { FILL, RELEASE, REMOVE, RENEW, TAKE } from './store-scripts.ts';

/** What {@link createRedisStore} takes. */
export interface RedisStoreOptions {
  readonly driver: RedisDriver;
  readonly namespace: string;
  readonly codec: ValueCodec;
  readonly clock: Clock;
  /** Longest wait for one answer about a value, in milliseconds. */
  readonly timeoutMs: number;
  /** Longest wait for the removal of values, in milliseconds. */
  readonly removeTimeoutMs: number;
  /** How long a right lasts unless it is renewed, in milliseconds. */
  readonly leaseMs: number;
  /** Under which there may be values. */
  readonly versions: SchemaVersions;
}

/** Longer keys are stored by their hash. */
const MAX_KEY_BYTES = 200;
/** Most rights that are remembered to be given back; the others end by themselves. */
const MAX_ORPHANS = 1_000;
const ID_BYTES = 8;
const MARKS = { failing: 'x', alone: 'u', nothing: '' } as const;

/** Values in Redis: a plain key each, behind an id, and a lease in the same slot. */
export function createRedisStore(options: RedisStoreOptions): SharedStore {
  return new RedisStore(options);
}

class RedisStore implements SharedStore {
  readonly #driver: RedisDriver;
  readonly #namespace: string;
  readonly #codec: ValueCodec;
  readonly #limit: { readonly timeoutMs: number };
  readonly #removeLimit: { readonly timeoutMs: number };
  readonly #leaseMs: number;
  readonly #fills: Fills;
  readonly #versions: SchemaVersions;
  readonly #clock: Clock;
  /** By their tokens, rights that could not be given back: with their keys, and until when they last. */
  readonly #orphans = new Map<string, { readonly key: string; readonly until: number }>();

  constructor(options: RedisStoreOptions) {
    const { driver, namespace, codec, clock, timeoutMs, removeTimeoutMs, leaseMs, versions } = options;
    this.#driver = driver;
    this.#namespace = namespace;
    this.#codec = codec;
    this.#limit = { timeoutMs };
    this.#removeLimit = { timeoutMs: removeTimeoutMs };
    this.#leaseMs = leaseMs;
    this.#versions = versions;
    this.#clock = clock;
    this.#fills = new Fills(driver, `mr:{${namespace}}:filled`, clock);
  }

  get ready(): boolean {
    return this.#driver.ready;
  }

  async find(key: string): Promise<FoundValue | undefined> {
    const name = this.#nameOf(key);
    try {
      // The time left is asked for first: should the value be replaced in between, it counts for less long, not longer.
      const [left, bytes] = await Promise.all([this.#timeLeft(name), this.#driver.get(name, this.#limit)]);
      this.#giveBackOrphans();
      return bytes === null ? undefined : await this.#read(key, bytes, left);
    } catch (error) {
      if (!isOfAnotherType(error)) throw error;
      this.#discard(key);
      return undefined;
    }
  }

  async findMany(keys: readonly string[]): Promise<readonly (FoundValue | undefined)[]> {
    const names = keys.map((key) => this.#nameOf(key));
    const asked = [
      Promise.all(names.map((name) => this.#timeLeft(name))),
      this.#driver.getMany(names, this.#limit),
    ] as const;
    const [left, values] = await Promise.all(asked);
    return Promise.all(
      keys.map((key, at) => {
        const bytes = values[at];
        return bytes === null || bytes === undefined ? undefined : this.#read(key, bytes, left[at] ?? 0);
      }),
    );
  }

  async take(key: string, refused: string | undefined): Promise<Taken> {
    const token = randomBytes(12).toString('base64url');
    const [name] = this.#keysOf(key);
    const watch = this.#fills.watch(name);
    try {
      const taken = await this.#take(key, token, refused);
      if (taken.kind === 'held') return { ...taken, filled: watch.wait };
      watch.end();
      return taken;
    } catch (error) {
      watch.end();
      if (isOfAnotherType(error)) this.#discard(key);
      else this.release({ key, token }, 'nothing', 0).catch(() => {}); // It may have been taken all the same.
      throw error;
    }
  }

  async renew({ key, token }: Lease): Promise<boolean> {
    return (await this.#driver.evaluate(RENEW, this.#keysOf(key), [token, String(this.#leaseMs)], this.#limit)) === 1;
  }

  async fill(lease: Lease, value: SharedValue): Promise<boolean> {
    const keys = this.#keysOf(lease.key);
    const bytes = await this.#codec.encode(this.#full(lease.key), value);
    const lifeMs = Math.max(1, Math.ceil(value.ttlMs + value.staleMs));
    const words = [
      lease.token,
      this.#fills.channel,
      keys[0],
      Buffer.concat([randomBytes(ID_BYTES), bytes]),
      String(lifeMs),
    ];
    return (await this.#driver.evaluate(FILL, keys, words, this.#limit)) === 1;
  }

  async release({ key, token }: Lease, why: keyof typeof MARKS, forMs: number): Promise<void> {
    const keys = this.#keysOf(key);
    const mark = forMs >= 1 ? MARKS[why] : MARKS.nothing;
    const words = [token, this.#fills.channel, keys[0], mark, String(Math.ceil(forMs))];
    try {
      await this.#driver.evaluate(RELEASE, keys, words, this.#limit);
    } catch (error) {
      if (this.#orphans.size < MAX_ORPHANS) this.#orphans.set(token, { key, until: this.#clock.now() + this.#leaseMs });
      throw error;
    }
  }

  /** Redis answers again: nobody need wait for the end of a right whose answer, or whose return, was lost on the way. */
  #giveBackOrphans(): void {
    if (this.#orphans.size === 0) return;
    const orphans = [...this.#orphans];
    this.#orphans.clear();
    for (const [token, { key, until }] of orphans) {
      if (this.#clock.now() < until) this.release({ key, token }, 'nothing', 0).catch(() => {});
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    const versions = [...this.#versions.known];
    await Promise.all(
      keys.flatMap((key) =>
        versions.map((version) => {
          const [name, lease] = this.#keysOf(key, version);
          return this.#driver.evaluate(REMOVE, [name, lease], [this.#fills.channel, name], this.#removeLimit);
        }),
      ),
    );
  }

  async close(): Promise<void> {
    this.#fills.close();
  }

  async #take(key: string, token: string, refused: string | undefined): Promise<Exclude<Taken, Waiting> | HeldFor> {
    const words = [token, String(this.#leaseMs), Buffer.from(refused ?? '', 'latin1')];
    const reply = await this.#driver.evaluate(TAKE, this.#keysOf(key), words, this.#limit);
    const [what, left, bytes] = reply as unknown as [Buffer, number, Buffer | undefined];
    const kind = String(what) as Taken['kind'];
    if (kind === 'lease') return { kind, lease: { key, token } };
    if (kind === 'value') return { kind, found: bytes && (await this.#read(key, bytes, left)) };
    return { kind, forMs: Math.max(1, left) };
  }

  async #timeLeft(name: string): Promise<number> {
    return (await this.#driver.command(name, ['PTTL', name], this.#limit)) as number;
  }

  async #read(key: string, bytes: Buffer, leftMs: number): Promise<FoundValue | undefined> {
    const read = await this.#codec.decode(this.#full(key), bytes.subarray(ID_BYTES));
    if (read === undefined) {
      // Damaged, or of nobody we know: out of the way of the next fill.
      this.#driver.unlink([this.#nameOf(key)], this.#limit).catch(() => {});
      return undefined;
    }
    const lifeMs = read.ttlMs + read.staleMs;
    const id = bytes.toString('latin1', 0, ID_BYTES);
    return { ...read, id, ageMs: Math.max(0, lifeMs - Math.max(0, leftMs)) };
  }

  /** Something that is not ours lies where a value or a lease should. */
  #discard(key: string): void {
    const [name, lease] = this.#keysOf(key);
    this.#driver.command(name, ['UNLINK', lease, name], this.#limit).catch(() => {});
  }

  /** Of different versions are different values, so that two versions of a service do not refuse each other's for ever. */
  #full(key: string, version: number = this.#versions.own): string {
    return `${this.#namespace}@${version}:${key}`;
  }

  /** Without braces, so that a Cluster hashes all of it. */
  #nameOf(key: string, version?: number): string {
    const full = this.#full(key, version).replaceAll('%', '%25').replaceAll('{', '%7B').replaceAll('}', '%7D');
    const bytes = toKeyBytes(full);
    if (bytes.length <= MAX_KEY_BYTES && full.isWellFormed()) return full;
    return `${this.#namespace}:sha256:${createHash('sha256').update(bytes).digest('base64url')}`;
  }

  #keysOf(key: string, version?: number): [value: string, lease: string] {
    const name = this.#nameOf(key, version);
    return [name, `lease:{${name}}`];
  }
}

/** Whether Redis holds no string there. */
function isOfAnotherType(error: unknown): boolean {
  return error instanceof MillraceError && error.context.kind === 'WRONGTYPE';
}

type Waiting = Extract<Taken, { kind: 'held' }>;

type HeldFor = Omit<Waiting, 'filled'>;
