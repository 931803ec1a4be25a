import { checkOptionNames, type Random } from 'millrace/core';
import { checkNumber, checkWhole } from '../errors.ts';
import { type EncodedRequest, encodeRequest, type Failure, UserTraces, type WireAnswer } from '../http/index.ts';
import type { RequestSpec } from '../scenario/index.ts';
import { FlowAnswer } from './answer.ts';
import { CALL_NAMES, type CallOptions, type CallOwner, FlowCall } from './call.ts';
import { contentOf } from './content.ts';
import { Cookies } from './cookies.ts';
import { FLOW_ERRORS } from './errors.ts';
import type { FlowGround } from './flow-ground.ts';
import type { FlowUser } from './flow-user.ts';
import { mergeFields } from './header-fields.ts';
import type { LinkUser } from './link.ts';
import { followRedirect, isRedirect } from './redirect.ts';
import { rowNameOf } from './row-book.ts';
import { stopped } from './span.ts';
import { UserSession } from './user-session.ts';

/** Most requests that one user has under way. */
const MAX_CALLS = 256;

/** The HTTP of one user: its session, cookies, redirects, and the requests it has under way. */
export class UserCalls implements CallOwner {
  readonly session: UserSession;
  readonly cookies: Cookies | undefined;
  readonly #ground: FlowGround;
  /** The user as its login sees it. */
  readonly #loginUser: () => FlowUser;
  readonly #random: Random;
  #traces: UserTraces | undefined;
  #underWay = 0;

  /** @param random a stream of the user's own */
  constructor(ground: FlowGround, random: Random, loginUser: () => FlowUser) {
    const { scenario, target, clock } = ground;
    this.#ground = ground;
    this.#random = random;
    this.#loginUser = loginUser;
    this.session = new UserSession(scenario.login, () => clock.now());
    this.cookies = scenario.cookies === false ? undefined : new Cookies(target.origin, () => clock.wallNow());
  }

  /** Sends a request, after a login if one is due. @param isLogin it is part of the login itself */
  ask(method: RequestSpec['method'], path: string, options: CallOptions, isLogin: boolean): Promise<FlowAnswer> {
    if (this.#ground.isStopped) return this.#ground.refuse(this);
    if (!isLogin && this.session.isDue) return this.#askAfterLogin(method, path, options);
    return this.#send(method, path, options, isLogin);
  }

  #send(method: RequestSpec['method'], path: string, options: CallOptions, isLogin: boolean): Promise<FlowAnswer> {
    if (this.#underWay >= MAX_CALLS) throw FLOW_ERRORS.create('MILLRACE_FLOW_TOO_MANY_CALLS', { limit: MAX_CALLS });
    const { requests, clock, desk } = this.#ground;
    const name = options.name ?? rowNameOf(method, path);
    const spec = specOf(method, path, options);
    const request = this.#encode(spec);
    const call = new FlowCall(this, name, requests.row(name), spec, request, options, clock.now());
    call.isLogin = isLogin;
    this.#underWay++;
    desk.send(call);
    return call.promise;
  }

  /** What its requests are traced by; made when it is needed, for there may be a million users. Undefined: they are not. */
  get traces(): UserTraces | undefined {
    const { tracing } = this.#ground;
    if (tracing !== 'off') this.#traces ??= new UserTraces(this.#random, tracing);
    return this.#traces;
  }

  /** Logs in unless a session lasts. */
  logInIfDue(): Promise<void> | undefined {
    return this.session.isDue ? this.session.renew(this.#loginUser()) : undefined;
  }

  /** What each request of the user carries: session and cookies. */
  ownHeaders(path: string): Readonly<Record<string, string>> | undefined {
    const { headers } = this.session.current ?? {};
    const cookie = this.cookies?.header(path);
    return cookie === undefined ? headers : mergeFields(headers, { cookie });
  }

  /** What a connection that lasts carries, and brings back. */
  linkUser(path: string): LinkUser {
    const traceparent = this.traces?.next();
    const own = this.ownHeaders(path);
    return {
      headers: traceparent === undefined ? own : mergeFields({ traceparent }, own),
      takeCookies: (setCookies) => {
        if (setCookies.length > 0) this.cookies?.take(setCookies, path);
      },
    };
  }

  needsFields(options: CallOptions): boolean {
    return this.cookies !== undefined || this.#mostHops(options) > 0;
  }

  expects(call: FlowCall, answer: WireAnswer): boolean {
    const { status } = answer;
    return isExpected(call, status) || this.#renews(call, status) || this.#placeAfter(call, answer) !== undefined;
  }

  answered(call: FlowCall, answer: WireAnswer, now: number): void {
    const { status } = answer;
    const headers = answer.headers();
    if (headers['set-cookie'] !== undefined) this.cookies?.take(answer.setCookies(), call.spec.path);
    const location = this.#placeAfter(call, answer);
    if (this.#renews(call, status)) void this.#renewAndRepeat(call);
    else if (location !== undefined) this.#follow(call, status, location, now);
    else {
      this.#underWay--;
      this.#ground.code.hears(call.row);
      if (isExpected(call, status)) call.resolve(new FlowAnswer(call, answer, now - call.writtenAt));
      else call.reject(FLOW_ERRORS.create('MILLRACE_FLOW_STATUS_UNEXPECTED', { name: call.name, status }));
    }
  }

  failed(call: FlowCall, failure: Failure): void {
    this.#underWay--;
    if (this.#ground.isStopped) call.reject(stopped());
    else call.reject(FLOW_ERRORS.create('MILLRACE_FLOW_REQUEST_FAILED', { name: call.name, ...failure }));
  }

  /** The answer says that the session is over, for the first time. */
  #renews(call: FlowCall, status: number): boolean {
    const { login, refreshOn } = this.#ground.scenario;
    if (login === undefined || refreshOn?.includes(status) !== true) return false;
    return !call.renewed && !call.isLogin;
  }

  /** Where the answer says to go on, if redirects are followed. */
  #placeAfter(call: FlowCall, answer: WireAnswer): string | undefined {
    return isRedirect(answer.status) && this.#mostHops(call.options) > 0 ? answer.headers().location : undefined;
  }

  #mostHops(options: CallOptions): number {
    return options.maxRedirects ?? this.#ground.scenario.maxRedirects ?? 0;
  }

  #follow(call: FlowCall, status: number, location: string, now: number): void {
    const { name, spec } = call;
    const { target } = this.#ground;
    const most = this.#mostHops(call.options);
    if (call.hops++ === most) {
      this.#refuse(
        call,
        FLOW_ERRORS.create('MILLRACE_FLOW_REDIRECT_REFUSED', { name, reason: `past ${most} redirects` }),
      );
      return;
    }
    const next = followRedirect(spec, status, location, target.origin);
    if (next === undefined) {
      const reason = 'the redirect leads to another origin';
      this.#refuse(call, FLOW_ERRORS.create('MILLRACE_FLOW_REDIRECT_REFUSED', { name, reason }));
    } else this.#sendAgain(call, next, rowOf(call), now);
  }

  async #renewAndRepeat(call: FlowCall): Promise<void> {
    call.renewed = true;
    try {
      if (this.session.madeAt <= call.intendedAt) await this.session.renew(this.#loginUser());
    } catch (error) {
      this.#refuse(call, error);
      return;
    }
    this.#sendAgain(call, call.spec, rowOf(call), this.#ground.clock.now());
  }

  #sendAgain(call: FlowCall, spec: RequestSpec, name: string, now: number): void {
    const { isStopped, requests, desk } = this.#ground;
    if (isStopped) {
      this.#refuse(call, stopped());
      return;
    }
    let request: EncodedRequest;
    try {
      request = this.#encode(spec);
    } catch (error) {
      this.#refuse(call, error);
      return;
    }
    call.again(spec, request, requests.row(name), now);
    desk.send(call);
  }

  #refuse(call: FlowCall, error: unknown): void {
    this.#underWay--;
    call.reject(error);
  }

  async #askAfterLogin(method: RequestSpec['method'], path: string, options: CallOptions): Promise<FlowAnswer> {
    await this.session.renew(this.#loginUser());
    return this.#ground.isStopped ? this.#ground.refuse(this) : this.#send(method, path, options, false);
  }

  #encode(spec: RequestSpec): EncodedRequest {
    const own = this.ownHeaders(spec.path);
    const { host } = this.#ground.target;
    const trace = this.traces?.next();
    if (own === undefined) return encodeRequest(spec, host, trace);
    return encodeRequest({ ...spec, headers: mergeFields(own, spec.headers) }, host, trace);
  }
}

/** The row of a call as it goes out now: hops of a redirect have their own. */
function rowOf({ name, hops }: FlowCall): string {
  return hops === 0 ? name : `${name} (redirect)`;
}

function isExpected({ options: { expect } }: FlowCall, status: number): boolean {
  return expect === undefined ? status < 400 : expect === 'any' || expect.includes(status);
}

function specOf(method: RequestSpec['method'], path: string, options: CallOptions): RequestSpec {
  checkOptionNames(rowNameOf(method, path), options, CALL_NAMES);
  const { timeoutMs, maxRedirects } = options;
  if (timeoutMs !== undefined) checkNumber('timeoutMs', timeoutMs, 1, 3_600_000);
  if (maxRedirects !== undefined) checkWhole('maxRedirects', maxRedirects, 0, 20);
  return { method, path, ...contentOf(options) };
}
