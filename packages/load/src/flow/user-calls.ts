import { checkNumber, checkWhole } from '../errors.ts';
import { type EncodedRequest, encodeRequest, type Failure, type WireAnswer } from '../http/index.ts';
import type { RequestSpec } from '../scenario/index.ts';
import { FlowAnswer } from './answer.ts';
import { type CallOptions, type CallOwner, FlowCall } from './call.ts';
import { Cookies } from './cookies.ts';
import { FLOW_ERRORS } from './errors.ts';
import type { FlowGround } from './flow-ground.ts';
import type { FlowUser } from './flow-user.ts';
import { followRedirect, isRedirect } from './redirect.ts';
import { stopped } from './span.ts';
import { UserSession } from './user-session.ts';

/** Most requests that one user has under way. */
const MAX_CALLS = 256;
const JSON_TYPE: Readonly<Record<string, string>> = { 'content-type': 'application/json' };
const FORM_TYPE: Readonly<Record<string, string>> = { 'content-type': 'application/x-www-form-urlencoded' };

/** The HTTP of one user: its session, cookies, redirects, and the requests it has under way. */
export class UserCalls implements CallOwner {
  readonly session: UserSession;
  readonly cookies: Cookies | undefined;
  readonly #ground: FlowGround;
  /** The user as its login sees it. */
  readonly #loginUser: () => FlowUser;
  #underWay = 0;

  constructor(ground: FlowGround, loginUser: () => FlowUser) {
    const { scenario, target, clock } = ground;
    this.#ground = ground;
    this.#loginUser = loginUser;
    this.session = new UserSession(scenario.login, () => clock.now());
    this.cookies = scenario.cookies === false ? undefined : new Cookies(target.origin, () => clock.wallNow());
  }

  /** Sends a request, after a login if one is due. @param isLogin it is part of the login itself */
  ask(method: RequestSpec['method'], path: string, options: CallOptions, isLogin: boolean): Promise<FlowAnswer> {
    if (this.#ground.isStopped) return this.#ground.refuse(this);
    if (!isLogin && this.session.isDue) return this.#askAfterLogin(method, path, options);
    if (this.#underWay >= MAX_CALLS) throw FLOW_ERRORS.create('MILLRACE_FLOW_TOO_MANY_CALLS', { limit: MAX_CALLS });
    const { requests, clock, desk } = this.#ground;
    const name = options.name ?? nameOf(method, path);
    const spec = specOf(method, path, options);
    const request = this.#encode(spec);
    const call = new FlowCall(this, name, requests.row(name), spec, request, options, clock.now());
    call.isLogin = isLogin;
    this.#underWay++;
    desk.send(call);
    return call.promise;
  }

  /** Logs in unless a session lasts. */
  logInIfDue(): Promise<void> | undefined {
    return this.session.isDue ? this.session.renew(this.#loginUser()) : undefined;
  }

  /** What each request of the user carries: session and cookies. */
  ownHeaders(path: string): Readonly<Record<string, string>> | undefined {
    const { headers } = this.session.current ?? {};
    const cookie = this.cookies?.header(path);
    return cookie === undefined ? headers : { ...headers, cookie };
  }

  expects(call: FlowCall, status: number): boolean {
    const { expect } = call.options;
    if (expect === undefined ? status < 400 : expect === 'any' || expect.includes(status)) return true;
    return this.#renews(call, status) || (isRedirect(status) && this.#mostHops(call) > 0);
  }

  answered(call: FlowCall, answer: WireAnswer, now: number): void {
    const { status } = answer;
    const headers = answer.headers();
    if (headers['set-cookie'] !== undefined) this.cookies?.take(answer.setCookies(), call.spec.path);
    if (isRedirect(status) && headers.location !== undefined && this.#mostHops(call) > 0) {
      this.#follow(call, status, headers.location, now);
    } else if (this.#renews(call, status)) void this.#renewAndRepeat(call);
    else {
      this.#underWay--;
      if (this.expects(call, status)) call.resolve(new FlowAnswer(call.name, answer, now - call.writtenAt));
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

  #mostHops({ options }: FlowCall): number {
    return options.maxRedirects ?? this.#ground.scenario.maxRedirects ?? 0;
  }

  #follow(call: FlowCall, status: number, location: string, now: number): void {
    const { name, spec } = call;
    const { target } = this.#ground;
    const most = this.#mostHops(call);
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
    } else this.#sendAgain(call, next, `${name} (redirect)`, now);
  }

  async #renewAndRepeat(call: FlowCall): Promise<void> {
    call.renewed = true;
    try {
      if (this.session.madeAt <= call.intendedAt) await this.session.renew(this.#loginUser());
    } catch (error) {
      this.#refuse(call, error);
      return;
    }
    this.#sendAgain(call, call.spec, call.name, this.#ground.clock.now());
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
    return this.ask(method, path, options, false);
  }

  #encode(spec: RequestSpec): EncodedRequest {
    const own = this.ownHeaders(spec.path);
    if (own === undefined) return encodeRequest(spec, this.#ground.target.host);
    const headers = spec.headers === undefined ? own : { ...own, ...spec.headers };
    return encodeRequest({ ...spec, headers }, this.#ground.target.host);
  }
}

function specOf(method: RequestSpec['method'], path: string, options: CallOptions): RequestSpec {
  const { headers, body, json, form, timeoutMs, maxRedirects } = options;
  if (timeoutMs !== undefined) checkNumber('timeoutMs', timeoutMs, 1, 3_600_000);
  if (maxRedirects !== undefined) checkWhole('maxRedirects', maxRedirects, 0, 20);
  if (json !== undefined) {
    const type = headers === undefined ? JSON_TYPE : { ...JSON_TYPE, ...headers };
    return { method, path, headers: type, body: JSON.stringify(json) };
  }
  if (form !== undefined) {
    const type = headers === undefined ? FORM_TYPE : { ...FORM_TYPE, ...headers };
    return { method, path, headers: type, body: new URLSearchParams(form).toString() };
  }
  return { method, path, ...(headers && { headers }), ...(body !== undefined && { body }) };
}

function nameOf(method: string, path: string): string {
  const query = path.indexOf('?');
  return `${method} ${query === -1 ? path : path.slice(0, query)}`;
}
