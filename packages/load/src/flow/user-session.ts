import { checkOptionNames, type OptionNames } from 'millrace/core';
import { checkNumber } from '../errors.ts';
import type { FlowPlan } from './flow-definition.ts';
import type { FlowUser, Session } from './flow-user.ts';

const SESSION_NAMES: OptionNames<Session> = { headers: true, expiresInMs: true };

/** A user's session: made by the scenario's login, made anew when it is over. */
export class UserSession {
  current: Session | undefined;
  /** When the last login ended, in clock milliseconds. */
  madeAt: number = Number.NEGATIVE_INFINITY;
  readonly #login: FlowPlan['login'];
  readonly #now: () => number;
  #endsAt = Number.NEGATIVE_INFINITY;
  #pending: Promise<void> | undefined;

  constructor(login: FlowPlan['login'], now: () => number) {
    this.#login = login;
    this.#now = now;
  }

  /** The user must log in before it goes on. */
  get isDue(): boolean {
    return this.#login !== undefined && this.#now() >= this.#endsAt;
  }

  /** Logs in; who comes meanwhile waits for the same login. */
  renew(user: FlowUser): Promise<void> {
    this.#pending ??= this.#run(user).finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  forget(): void {
    this.current = undefined;
    this.#endsAt = Number.NEGATIVE_INFINITY;
  }

  async #run(user: FlowUser): Promise<void> {
    this.forget();
    const session = (await this.#login?.(user)) ?? {};
    checkOptionNames('login', session, SESSION_NAMES);
    const { expiresInMs } = session;
    if (expiresInMs !== undefined) checkNumber('expiresInMs', expiresInMs, 1, Number.MAX_SAFE_INTEGER);
    this.current = session;
    this.madeAt = this.#now();
    this.#endsAt = this.madeAt + (expiresInMs ?? Number.POSITIVE_INFINITY);
  }
}
