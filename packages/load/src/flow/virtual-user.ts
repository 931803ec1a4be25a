import type { Random } from 'millrace/core';
import { checkNumber, LOAD_ERRORS } from '../errors.ts';
import type { RequestSpec } from '../scenario/index.ts';
import type { FlowAnswer } from './answer.ts';
import type { CallOptions } from './call.ts';
import type { FlowGround } from './flow-ground.ts';
import type { FlowUser, Session } from './flow-user.ts';
import { UserCalls } from './user-calls.ts';
import type { EventsOptions, UserEvents } from './user-events.ts';
import type { SocketOptions, UserSocket } from './user-socket.ts';

const NO_OPTIONS: CallOptions = {};
const LONGEST_MS = 86_400_000;

/** What the two views of a user share. */
interface Self {
  readonly ground: FlowGround;
  readonly index: number;
  readonly calls: UserCalls;
  readonly streams: Random;
  readonly drawn: Map<string, { count: number; readonly random: Random }>;
  state: unknown;
  random: Random | undefined;
  thinking: Random | undefined;
}

/** A virtual user: what its flows see, or its login, whose requests do not wait for a login. */
export class VirtualUser implements FlowUser {
  readonly #self: Self;
  readonly #isLogin: boolean;

  private constructor(self: Self, isLogin: boolean) {
    this.#self = self;
    this.#isLogin = isLogin;
  }

  static create(ground: FlowGround, index: number): VirtualUser {
    const streams = ground.random.fork(`user:${index}`);
    const calls = new UserCalls(ground, () => new VirtualUser(self, true));
    const self: Self = {
      ...{ ground, index, calls, streams },
      ...{ drawn: new Map(), state: undefined, random: undefined, thinking: undefined },
    };
    const { createUser } = ground.scenario;
    const user = new VirtualUser(self, false);
    self.state = createUser === undefined ? {} : createUser(index, user.random, ground.shared);
    return user;
  }

  get index(): number {
    return this.#self.index;
  }

  get random(): Random {
    this.#self.random ??= this.#self.streams.fork('own');
    return this.#self.random;
  }

  get state(): unknown {
    return this.#self.state;
  }

  get shared(): unknown {
    return this.#self.ground.shared;
  }

  get session(): Session | undefined {
    return this.#self.calls.session.current;
  }

  get(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.#self.calls.ask('GET', path, options, this.#isLogin);
  }

  head(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.#self.calls.ask('HEAD', path, options, this.#isLogin);
  }

  post(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.#self.calls.ask('POST', path, options, this.#isLogin);
  }

  put(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.#self.calls.ask('PUT', path, options, this.#isLogin);
  }

  patch(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.#self.calls.ask('PATCH', path, options, this.#isLogin);
  }

  delete(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.#self.calls.ask('DELETE', path, options, this.#isLogin);
  }

  request(method: RequestSpec['method'], path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.#self.calls.ask(method, path, options, this.#isLogin);
  }

  next<Name extends string>(name: Name): never {
    const { ground, drawn, index, streams } = this.#self;
    const feed = ground.feeds.get(name);
    if (feed === undefined) {
      const allowed = [...ground.feeds.keys()].join(', ') || 'no name, since the scenario has no data';
      throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option: 'next(name)', value: name, allowed });
    }
    let place = drawn.get(name);
    if (place === undefined) {
      place = { count: 0, random: streams.fork(`feed:${name}`) };
      drawn.set(name, place);
    }
    return feed.row(index, place.count++, place.random) as never;
  }

  check(name: string, passed: boolean): boolean {
    this.#self.ground.checks.count(name, passed);
    return passed;
  }

  think(minMs: number, maxMs: number = minMs): Promise<void> {
    checkNumber('minMs', minMs, 0, LONGEST_MS);
    checkNumber('maxMs', maxMs, minMs, LONGEST_MS);
    const { ground, streams } = this.#self;
    this.#self.thinking ??= streams.fork('think');
    const ms = minMs + this.#self.thinking.next() * (maxMs - minMs);
    return ground.isStopped ? ground.refuse(this) : ground.pauses.wait(ms);
  }

  async group<Value>(name: string, run: () => Promise<Value>): Promise<Value> {
    const { ground } = this.#self;
    const { clock, groups, spans } = ground;
    const span = ground.begin(groups.row(name), clock.now());
    try {
      const value = await run();
      if (spans.delete(span)) span.row.answered(span, 0, undefined, 0, clock.now());
      return value;
    } catch (cause) {
      if (!ground.isStopped && spans.delete(span)) span.row.broken(span, 'check', clock.now());
      throw cause;
    }
  }

  cookie(name: string, path = '/'): string | undefined {
    return this.#self.calls.cookies?.get(name, path);
  }

  forget(): void {
    this.#self.calls.cookies?.clear();
    this.#self.calls.session.forget();
  }

  webSocket(path: string, options: SocketOptions = {}): Promise<UserSocket> {
    const { ground, calls } = this.#self;
    return ground.isStopped
      ? ground.refuse(this)
      : ground.links.openSocket(this, path, options, calls.ownHeaders(path));
  }

  events(path: string, options: EventsOptions = {}): Promise<UserEvents> {
    const { ground, calls } = this.#self;
    return ground.isStopped
      ? ground.refuse(this)
      : ground.links.openEvents(this, path, options, calls.ownHeaders(path));
  }

  /** Logs in unless a session lasts; undefined: there is nothing to wait for. */
  logInIfDue(): Promise<void> | undefined {
    return this.#self.calls.logInIfDue();
  }

  /** The user's stream that says which flow comes next. */
  forkFlows(): Random {
    return this.#self.streams.fork('flows');
  }
}
