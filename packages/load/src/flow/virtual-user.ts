import type { Random } from 'millrace/core';
import { checkNumber, LOAD_ERRORS } from '../errors.ts';
import { type RequestSpec, refuseOption } from '../scenario/index.ts';
import type { FlowAnswer } from './answer.ts';
import type { CallOptions } from './call.ts';
import type { FlowGround } from './flow-ground.ts';
import { promiseToFlow } from './flow-promise.ts';
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
    const calls = new UserCalls(ground, streams, () => new VirtualUser(self, true));
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
    return this.request('GET', path, options);
  }

  head(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.request('HEAD', path, options);
  }

  post(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.request('POST', path, options);
  }

  put(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.request('PUT', path, options);
  }

  patch(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.request('PATCH', path, options);
  }

  delete(path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return this.request('DELETE', path, options);
  }

  request(method: RequestSpec['method'], path: string, options: CallOptions = NO_OPTIONS): Promise<FlowAnswer> {
    return promiseToFlow(() => this.#self.calls.ask(method, path, options, this.#isLogin));
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
    if (typeof passed !== 'boolean') throw refuseOption(`check ${name}`, passed, 'true or false');
    this.#self.ground.checks.count(name, passed);
    return passed;
  }

  think(minMs: number, maxMs: number = minMs): Promise<void> {
    return promiseToFlow(() => {
      checkNumber('minMs', minMs, 0, LONGEST_MS);
      checkNumber('maxMs', maxMs, minMs, LONGEST_MS);
      const { ground, streams } = this.#self;
      this.#self.thinking ??= streams.fork('think');
      const ms = minMs + this.#self.thinking.next() * (maxMs - minMs);
      return ground.isStopped ? ground.refuse(this) : ground.pauses.wait(ms);
    });
  }

  group<Value>(name: string, run: () => Promise<Value>): Promise<Value> {
    return promiseToFlow(() => this.#group(name, run));
  }

  cookie(name: string, path = '/'): string | undefined {
    return this.#self.calls.cookies?.get(name, path);
  }

  forget(): void {
    this.#self.calls.cookies?.clear();
    this.#self.calls.session.forget();
  }

  webSocket(path: string, options: SocketOptions = {}): Promise<UserSocket> {
    const self = this.#self;
    const { links } = self.ground;
    return this.#openLink(() => links.openSocket(self, path, options, self.calls.linkUser(path)));
  }

  events(path: string, options: EventsOptions = {}): Promise<UserEvents> {
    const self = this.#self;
    const { links } = self.ground;
    return this.#openLink(() => links.openEvents(self, path, options, self.calls.linkUser(path)));
  }

  /** A flow of its begins: from now on its requests are of another trace. */
  begin(): void {
    this.#self.calls.traces?.begin();
  }

  /** Its flow is over, and with it what the flow, or a login during it, opened. */
  leave(): void {
    this.#self.ground.links.leave(this.#self);
  }

  /** Logs in unless a session lasts; undefined: there is nothing to wait for. */
  logInIfDue(): Promise<void> | undefined {
    return this.#self.calls.logInIfDue();
  }

  /** The user's stream that says which flow comes next. */
  forkFlows(): Random {
    return this.#self.streams.fork('flows');
  }

  /** Opens a connection of the user's, after a login if one is due. */
  #openLink<Link>(open: () => Promise<Link>): Promise<Link> {
    return promiseToFlow(async () => {
      const { ground } = this.#self;
      if (!ground.isStopped && !this.#isLogin) await this.logInIfDue();
      return ground.isStopped ? ground.refuse(this) : open();
    });
  }

  async #group<Value>(name: string, run: () => Promise<Value>): Promise<Value> {
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
}
