import fc from 'fast-check';
import { createTokenCheck, type TokenCheck } from '../token-check.ts';
import { hits, type RevocableClaims, type RevocationEntry } from './revocation.ts';
import { createRevocations, type Revocations } from './revocations.ts';
import { type LogFault, SimulatedLog, SteppedClock } from './simulated-log.test.model.ts';

/*
 * Several processes and one database, whose answers come in an order that fast-check chooses. Who judges remembers which
 * revocations were acknowledged, when and by whom, and holds each answer against that: none may be accepted that was
 * acknowledged before the check began, less the budget of its scope, and none refused that nobody revoked.
 */

const PROCESSES = 2;
const BUDGETS = { admin: [0, 0], default: [100, 100], read: [400, 2_000] } as const;
type Scope = keyof typeof BUDGETS;

/** A check of a token, by revocations alone or by a token check over them, which keeps a few identities. */
interface Question {
  readonly kind: 'check';
  readonly by: number;
  readonly token: number;
  readonly scope: Scope;
  readonly whole: boolean;
}

/** What somebody does. */
export type Actor =
  | Question
  | {
      readonly kind: 'revoke';
      readonly by: number;
      readonly token: number;
      readonly what: 'token' | 'subject' | 'others' | 'key';
    }
  | { readonly kind: 'log-in'; readonly token: number }
  | { readonly kind: 'database'; readonly away: boolean }
  | { readonly kind: 'feed'; readonly deaf: boolean }
  | { readonly kind: 'fail-over'; readonly lost: number }
  | { readonly kind: 'time'; readonly ms: number };

const by = fc.integer({ min: 0, max: PROCESSES - 1 });
const token = fc.integer({ min: 0, max: 3 });

/** What people do, seldom disturbed by what happens to machines. */
const actors: fc.Arbitrary<Actor[]> = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('check' as const),
        by,
        token,
        scope: fc.constantFrom<Scope>('admin', 'default', 'read'),
        whole: fc.boolean(),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('revoke' as const),
        by,
        token,
        what: fc.constantFrom('token' as const, 'subject' as const, 'others' as const, 'key' as const),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('log-in' as const), token }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('database' as const), away: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('feed' as const), deaf: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('fail-over' as const), lost: fc.integer({ min: 1, max: 2 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(1, 60, 300, 1_000) }) },
  ),
  { minLength: 3, maxLength: 14 },
);

interface Acknowledged {
  readonly entry: RevocationEntry;
  readonly by: number;
  readonly at: number;
}

interface VersionedClaims extends RevocableClaims {
  readonly iat: number;
  readonly jti: string;
  readonly kid: string;
  readonly ver: number;
}

interface Process {
  readonly revocations: Revocations;
  readonly tokens: TokenCheck<{ readonly jti: string }>;
}

function tokenOf({ kid, ...claims }: VersionedClaims): string {
  return `${btoa(JSON.stringify({ kid }))}.${btoa(JSON.stringify(claims))}.x`;
}

/** The processes, the database and the judge. */
class Sessions {
  readonly #pause: () => Promise<unknown>;
  /** Whether questions are given up before their answers come. */
  readonly #isHasty: boolean;
  readonly #clock = new SteppedClock();
  readonly #log: SimulatedLog;
  readonly #processes: readonly Process[];
  /** Each slot holds the token of its last login. */
  readonly #tokens: VersionedClaims[] = [];
  #acknowledged: Acknowledged[] = [];
  /** Whatever may have been appended, acknowledged or not. */
  readonly #attempted: RevocationEntry[] = [];
  #logins = 0;
  #lastAway = -Infinity;

  constructor(pause: () => Promise<unknown>, isHasty: boolean, fault?: LogFault) {
    this.#pause = pause;
    this.#isHasty = isHasty;
    this.#log = new SimulatedLog(pause, fault);
    const scopes = Object.fromEntries(
      Object.entries(BUDGETS).map(([scope, [maxStalenessMs, maxStalenessAwayMs]]) => [
        scope,
        { maxStalenessMs, maxStalenessAwayMs },
      ]),
    );
    this.#processes = Array.from({ length: PROCESSES }, (_, who) => {
      const revocations = createRevocations({
        log: this.#log,
        listen: this.#log.listen,
        clock: this.#clock,
        versionClaim: 'ver',
        pollMs: 50,
        timeoutMs: isHasty ? 200 : 60_000,
        appendTimeoutMs: isHasty ? 200 : 60_000,
        maxEntries: 3,
        scopes: { admin: scopes.admin!, read: scopes.read! },
        ...scopes.default,
      });
      return { revocations, tokens: this.#newTokenCheck(revocations, who === 0) };
    });
    for (let slot = 0; slot < 4; slot++) this.#logIn(slot);
  }

  /** Identities say nothing of what was ended, and give way to each other. */
  #newTokenCheck(revocations: Revocations, verifiesAtOnce: boolean): Process['tokens'] {
    const parse = (token: string): VersionedClaims => JSON.parse(atob(token.split('.')[1]!));
    return createTokenCheck<VersionedClaims, { readonly jti: string }>({
      clock: this.#clock,
      revocations,
      maxEntries: 2,
      verify: verifiesAtOnce ? parse : (token) => this.#pause().then(() => parse(token)),
      loadIdentity: async ({ jti }) => {
        await this.#pause();
        return { jti };
      },
    });
  }

  async act(actor: Actor): Promise<void> {
    await this.#pause();
    if (actor.kind === 'check') await this.#check(actor);
    else if (actor.kind === 'revoke') await this.#revoke(actor);
    else if (actor.kind === 'log-in') this.#logIn(actor.token);
    else if (actor.kind === 'feed') this.#log.deafen(actor.deaf);
    else if (actor.kind === 'time') this.#clock.step(actor.ms);
    else if (actor.kind === 'fail-over') this.#failOver(actor.lost);
    else this.#setAway(actor.away);
  }

  /** All is well again, and every process is asked about every token. */
  async judgeRest(): Promise<void> {
    this.#setAway(false);
    this.#clock.step(5_000);
    const all = this.#processes.flatMap((_, who) =>
      [0, 1, 2, 3].map((slot) => this.#check({ kind: 'check', by: who, token: slot, scope: 'admin', whole: slot < 2 })),
    );
    await Promise.all(all);
    for (const { revocations, tokens } of this.#processes) await Promise.all([revocations.close(), tokens.close()]);
  }

  async #check({ by: who, token: slot, scope, whole }: Question): Promise<void> {
    const { revocations, tokens } = this.#processes[who]!;
    const claims = this.#tokens[slot]!;
    const began = { at: this.#clock.now(), acknowledged: this.#acknowledged };
    let outcome: unknown;
    try {
      if (!whole) await revocations.check(claims, scope);
      else if ((await tokens.check(tokenOf(claims), undefined, scope)).jti !== claims.jti) throw new Error('a mix-up');
    } catch (error) {
      outcome = (error as { code?: unknown }).code ?? error;
    }
    if (outcome === undefined) return this.#judgeAccepted(who, claims, scope, began);
    if (outcome === 'MILLRACE_AUTH_TOKEN_REVOKED') {
      if (this.#attempted.some((entry) => hits(entry, claims, claims.ver))) return;
      throw new Error(`${claims.jti} was refused, and nobody had revoked it`);
    }
    if (outcome !== 'MILLRACE_AUTH_REVOCATION_UNKNOWN') throw outcome;
    if (!this.#isHasty && this.#lastAway < began.at - 5_000)
      throw new Error(`${claims.jti} was not judged although the database was there`);
  }

  #judgeAccepted(
    who: number,
    claims: VersionedClaims,
    scope: Scope,
    { at, acknowledged }: { at: number; acknowledged: readonly Acknowledged[] },
  ): void {
    const [budget, awayBudget] = BUDGETS[scope];
    const allowed = this.#isHasty || this.#lastAway >= at - 5_000 ? awayBudget : budget;
    for (const one of acknowledged) {
      if (!hits(one.entry, claims, claims.ver)) continue;
      if (one.by !== who && allowed > 0 && one.at >= at - allowed) continue;
      if (!this.#acknowledged.includes(one)) continue; // The database lost it meanwhile.
      throw new Error(
        `${claims.jti} was accepted as ${scope} by ${who} after ${one.entry.revocation.kind} was acknowledged`,
      );
    }
  }

  async #revoke({ by: who, token: slot, what }: Extract<Actor, { kind: 'revoke' }>): Promise<void> {
    const claims = this.#tokens[slot]!;
    const { revocations: process } = this.#processes[who]!;
    const key = claims.kid;
    const entry = this.#attempt(claims, what);
    try {
      if (what === 'token') await process.revokeToken(claims);
      else if (what === 'key') await process.revokeKey(key);
      else
        await process.revokeSubject(claims.sub, {
          belowVersion: claims.ver + 1,
          ...(what === 'others' && { except: claims.jti }),
        });
    } catch {
      return; // It may count or not.
    }
    if (this.#log.fault === undefined && !this.#isStored(entry)) return; // Lost by a failover before it was acknowledged.
    this.#acknowledged = [...this.#acknowledged, { entry, by: who, at: this.#clock.now() }];
  }

  /** An entry that hits what the one in the log will hit. */
  #attempt({ jti, sub, kid, ver }: VersionedClaims, what: Extract<Actor, { kind: 'revoke' }>['what']): RevocationEntry {
    const place = { position: 0, mark: '', previousMark: '' };
    const untilMs = Infinity;
    const make = (): RevocationEntry => {
      if (what === 'token') return { ...place, revocation: { kind: 'token', tokenId: jti, untilMs } };
      if (what === 'key') return { ...place, revocation: { kind: 'key', keyId: kid, untilMs } };
      const except = what === 'others' ? [jti] : [];
      return {
        ...place,
        revocation: { kind: 'subject', subject: sub, belowVersion: ver + 1, issuedUntil: 0, except, untilMs },
      };
    };
    const entry = make();
    this.#attempted.push(entry);
    return entry;
  }

  #isStored({ revocation: wanted }: RevocationEntry): boolean {
    return this.#log.entries.some(({ revocation: each }) => {
      if (each.kind === 'token') return wanted.kind === 'token' && each.tokenId === wanted.tokenId;
      if (each.kind === 'key') return wanted.kind === 'key' && each.keyId === wanted.keyId;
      const isSame = wanted.kind === 'subject' && each.subject === wanted.subject;
      return isSame && each.belowVersion === wanted.belowVersion && each.except[0] === wanted.except[0];
    });
  }

  #logIn(slot: number): void {
    const iat = Math.floor(this.#clock.wallNow() / 1_000);
    const number = ++this.#logins;
    const claims = { sub: slot < 3 ? 'ada' : 'bob', jti: `t${number}`, kid: `k${slot % 2}`, ver: number };
    this.#tokens[slot] = { ...claims, iat, exp: iat + 3_600 };
  }

  /** What the database has lost, nobody is promised any more. */
  #failOver(lost: number): void {
    this.#log.failOver(lost);
    this.#acknowledged = this.#acknowledged.filter(({ entry }) => this.#isStored(entry));
  }

  #setAway(isAway: boolean): void {
    if (this.#log.isAway) this.#lastAway = this.#clock.now();
    this.#log.isAway = isAway;
    if (isAway) this.#lastAway = Infinity;
    else if (this.#lastAway === Infinity) this.#lastAway = this.#clock.now();
  }
}

/** Runs so many races. */
export function race(numRuns: number, seed: number, fault?: LogFault): Promise<void> {
  const property = fc.asyncProperty(actors, fc.boolean(), fc.scheduler(), async (each, isHasty, scheduler) => {
    const sessions = new Sessions(() => scheduler.schedule(Promise.resolve()), isHasty, fault);
    await scheduler.waitFor(Promise.all(each.map((one) => sessions.act(one))));
    await scheduler.waitFor(sessions.judgeRest());
  });
  return fc.assert(property, { numRuns, seed, endOnFailure: true });
}
