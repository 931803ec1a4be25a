import { type Answer, defineScenario, type RequestSpec, type Scenario, type Step } from '@millrace/load';
import type { Random } from 'millrace/core';
import type { Asked, Needs } from './asked.ts';
import type { Expectations } from './expectations.ts';
import { type Ledger, PAGE, type Written } from './ledger.ts';

/** Users that nobody writes for, so that what they read is known. */
export const READERS: readonly number[] = [1, 2, 3, 5, 6, 7, 8, 9, 10, 11];
/** Of these, those who own a strategy write, and their every write is in the ledger. */
export const WRITERS: readonly number[] = Array.from({ length: 20 }, (_, index) => 12 + index);

const PAGE_SIZES = 50;
const TREND_DAYS = 30;
/** Every status is an answer that the check reads; what it says is judged there. */
const ANY_STATUS = Array.from({ length: 500 }, (_, index) => index + 100);

/** One arrival: what it asked and what its answer is held against. Each arrival is a user of its own to the engine. */
interface Visit {
  asked: Asked | undefined;
  check: (answer: Answer) => string | undefined;
}

/** What the requests of a drill are made and judged with. */
export interface MixParts {
  readonly expectations: Expectations;
  readonly ledger: Ledger;
  /** The writers, with a strategy of each. */
  readonly strategyOf: ReadonlyMap<number, number>;
  readonly tokenOf: ReadonlyMap<number, string>;
  /** Takes every request as it is made. */
  readonly record: (asked: Asked) => void;
}

interface Read {
  readonly kind: string;
  readonly weight: number;
  readonly needs: Needs;
  readonly path: (random: Random) => string;
  /** Every path that it can give. */
  readonly paths: readonly string[];
}

function read(kind: string, weight: number, needs: Needs, ...paths: readonly string[]): Read {
  return { kind, weight, needs, path: (random) => paths[random.int(paths.length)] as string, paths };
}

const upTo = (count: number, path: (number: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => path(index + 1));

const TRADER_READS: readonly Read[] = [
  read('me', 15, 'nothing', '/api/v1/auth/me'),
  read('strategies', 15, 'nothing', '/api/v1/strategies?limit=20'),
  read('overview', 10, 'nothing', '/api/v1/strategies/overview'),
  read('summary', 10, 'nothing', '/api/v1/signals/statistics/summary'),
  // Each size is a page of its own to a cache: most of these reach the database.
  read('signals', 20, 'nothing', ...upTo(PAGE_SIZES, (size) => `/api/v1/signals?limit=${size}`)),
];

const PORTAL_READS: readonly Read[] = [
  read('me', 10, 'nothing', '/api/v1/auth/me'),
  read('leaderboard', 10, 'nothing', '/api/v1/stats/leaderboard?sortBy=tokens'),
  read('dashboard', 25, 'upstream', '/api/v1/stats/dashboard'),
  read('keys', 25, 'upstream', '/api/v1/keys'),
  read('trend', 20, 'upstream', ...upTo(TREND_DAYS, (days) => `/api/v1/stats/trend?days=${days}`)),
];

/** Which requests a drill sends. */
export type MixName = 'trader' | 'portal';

const READS: Readonly<Record<MixName, readonly Read[]>> = { trader: TRADER_READS, portal: PORTAL_READS };

/** Every path that readers of `mix` ask for. */
export function pathsOf(mix: MixName): readonly string[] {
  return [...new Set(READS[mix].flatMap(({ paths }) => paths))];
}

/** A mix of reads and writes of which every answer is checked; `arrivals` is how many there will be at most. */
export function checkedMix(mix: MixName, arrivals: number, parts: MixParts): Scenario<Visit> {
  return defineScenario<Visit>({
    name: `checked ${mix} mix`,
    users: arrivals,
    createUser: () => ({ asked: undefined, check: () => undefined }),
    pickUser: (_random, arrival) => arrival,
    steps: [...READS[mix].map((each) => readStep(each, parts)), ownSignalsStep(parts), webhookStep(parts)],
  });
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.int(values.length)] as T;
}

/** Makes a step whose `prepare` says what to send and how to judge the answer. */
function checkedStep(
  { kind, weight, needs }: { kind: string; weight: number; needs: Needs },
  parts: MixParts,
  prepare: (random: Random) => RequestSpec & { readonly userId: number; check(answer: Answer): string | undefined },
): Step<Visit> {
  return {
    name: kind,
    weight,
    build(visit, random) {
      const { userId, check, headers, ...request } = prepare(random);
      visit.asked = { kind, needs, path: request.path, askedAt: performance.now() };
      visit.check = check;
      parts.record(visit.asked);
      const authorization = `Bearer ${parts.tokenOf.get(userId)}`;
      return { ...request, headers: { ...headers, authorization }, expect: ANY_STATUS };
    },
    onAnswer(answer, { asked, check }) {
      if (asked === undefined) throw new Error('an answer to nothing');
      asked.answer = { at: performance.now(), status: answer.status };
      if (answer.status >= 500) return;
      const wrong = check(answer);
      if (wrong !== undefined) asked.wrong = wrong;
    },
  };
}

function readStep(each: Read, parts: MixParts): Step<Visit> {
  return checkedStep(each, parts, (random) => {
    const userId = pick(random, READERS);
    const path = each.path(random);
    return {
      ...{ method: 'GET', path, userId },
      check: ({ status, body }) =>
        status === 200 ? parts.expectations.mismatch(userId, path, body) : `status ${status}: ${body}`,
    };
  });
}

/** A writer looks at what it has written: all that was acknowledged before it asked must show. */
function ownSignalsStep(parts: MixParts): Step<Visit> {
  const writers = [...parts.strategyOf.keys()];
  return checkedStep({ kind: 'own signals', weight: 10, needs: 'nothing' }, parts, (random) => {
    const userId = pick(random, writers);
    const before = parts.ledger.acknowledgedOf(userId);
    return {
      ...{ method: 'GET', path: `/api/v1/signals?limit=${PAGE}`, userId },
      check: ({ status, body }) =>
        status === 200 ? parts.ledger.mismatch(userId, before, JSON.parse(body).items) : `status ${status}: ${body}`,
    };
  });
}

function webhookStep(parts: MixParts): Step<Visit> {
  const writers = [...parts.strategyOf.keys()];
  return checkedStep({ kind: 'webhook', weight: 20, needs: 'database' }, parts, (random) => {
    const userId = pick(random, writers);
    const written = parts.ledger.send(userId);
    const signal = { pair: 'BTC/USDT', action: 'buy', signalStrength: 0.5, currentRate: written.rate };
    return {
      ...{ method: 'POST', path: `/api/v1/signals/webhook/${parts.strategyOf.get(userId)}`, userId },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(signal),
      check: (answer) => acknowledge(parts.ledger, written, answer),
    };
  });
}

function acknowledge(ledger: Ledger, written: Written, { status, body }: Answer): string | undefined {
  if (status !== 201) return `status ${status}: ${body}`;
  ledger.acknowledge(written);
  return JSON.parse(body).currentRate === written.rate ? undefined : `another signal came back: ${body}`;
}
