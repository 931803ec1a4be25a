import type { StepResult } from '@millrace/load';
import type { ProofResult, RoundRun } from '@millrace/load/prove';
import { proof } from '@millrace/reference/prove';
import { measureCapacity } from './capacity.ts';
import { measureExport } from './export.ts';
import { measureGateway } from './gateway-rate.ts';
import { GOALS } from './goals.ts';
import { type Measurement, overRounds } from './measurement.ts';
import { measureParts, type Part } from './parts.ts';
import { measureProject } from './project.ts';
import { fromFigure, type PickFigure, readRow, runProof, spoiledBy } from './proof-reading.ts';
import { measureRedis } from './redis-arm.ts';
import { measureStart } from './start-time.ts';
import { measureUpstreamCalls } from './upstream-calls.ts';

/** Percentiles of routes that the key portal asks. */
const PORTAL_STEPS = ['dashboard', 'keys', 'trend', 'leaderboard'];
/** The arm that the goals are about. */
const LAST = 'optimised';
/** Rounds of what is measured beside the proof, and how long a round of project pages takes. */
const ROUNDS = 3;
const PROJECT_SECONDS = 10;

/** What the proof itself gives. */
const OF_PROOF = ['mix', 'tokens', 'identity', 'login', 'health', 'portal'];

/** Runs a short proof of the reference service, reads its goals off the result, and measures the others beside it. */
export function measureReference(quick: boolean): Promise<readonly Measurement[]> {
  return measureParts(referenceParts(quick));
}

/** The parts of the area, each with its goals. */
export function referenceParts(quick: boolean): readonly Part[] {
  const part = (names: readonly string[], measure: Part['measure']): Part => ({ goals: goalsOf(names), measure });
  const short = [part(OF_PROOF, () => readProof(quick ? 1 : 2)), part(['upstream'], measureUpstreamCalls)];
  if (quick) return short;
  return [
    ...short,
    part(['export'], () => measureExport(ROUNDS)),
    part(['project'], () => measureProject(ROUNDS, PROJECT_SECONDS)),
    part(['gateway'], measureGateway),
    part(['redis'], measureRedis),
    part(['capacity'], measureCapacity),
    part(['start'], measureStart),
  ];
}

/** Goals of the area by the first word after its name. */
function goalsOf(words: readonly string[]): readonly string[] {
  const goals = GOALS.filter(({ area }) => area === 'reference').map(({ id }) => id);
  return goals.filter((id) => words.includes(id.split('.')[1] ?? ''));
}

async function readProof(blocks: number): Promise<readonly Measurement[]> {
  const result = await runProof(proof, blocks);
  return [...readTable(result), ...readIdentity(result), ...readBurst(result)];
}

function readTable(result: ProofResult): Measurement[] {
  const read = (goal: string, row: string, pick: PickFigure, scale = 1): Measurement =>
    readRow(result, { goal: `reference.${goal}`, row, arm: LAST, pick, scale });
  return [
    read('mix.mean', 'mix', ({ response }) => response.meanMs),
    read('mix.p95', 'mix', ({ response }) => response.p95Ms),
    read('mix.errors', 'mix', ({ errorShare }) => errorShare, 100),
    read('tokens.p99', 'tokens', ({ response }) => response.p99Ms),
    read('health.p99', 'burst.health', ({ response }) => response.p99Ms),
    ...PORTAL_STEPS.map((step) => read(`portal.${step}.p95`, `portal.${step}`, ({ response }) => response.p95Ms)),
  ];
}

function roundsOf(result: ProofResult, arm: 'origin' | 'optimised'): readonly RoundRun[] {
  return result.rounds.filter((round) => round.arm === arm);
}

/** What the optimised arm counted while the token mix ran, round by round. */
export function readIdentity(result: ProofResult): Measurement[] {
  const counted = roundsOf(result, 'optimised').flatMap((round) => {
    const phase = round.phases.find(({ id }) => id === 'tokens');
    return phase?.counted === null || phase === undefined ? [] : [phase.counted];
  });
  const counts = counted.map(({ counters }) => {
    const { authorisedRequests = 0, identityFirstSights = 0, identityQueries = 0, identityHits = 0 } = counters;
    const seenBefore = authorisedRequests - identityFirstSights;
    const queries = (identityQueries - identityFirstSights) / seenBefore;
    return { queries: Math.max(0, queries), hits: (identityHits / seenBefore) * 100, first: identityFirstSights };
  });
  return [
    overRounds(
      'reference.identity.queries',
      counts.map(({ queries }) => queries),
    ),
    overRounds(
      'reference.identity.hit-rate',
      counts.map(({ hits }) => hits),
    ),
    overRounds(
      'reference.identity.first-sights',
      counts.map(({ first }) => first),
    ),
    readHitTime(result),
  ].map((measurement) => ({ ...measurement, ...spoiledBy(result, { phase: 'tokens' }, 'optimised') }));
}

/** Over the rounds together: one alone has too few hits for a P99. */
function readHitTime({ costs }: ProofResult): Measurement {
  const goal = 'reference.identity.hit-p99';
  const figure = costs.find(({ id, phase }) => id === 'identity-hit-p99' && phase === 'tokens')?.arms.at(-1);
  return figure ? fromFigure(goal, figure) : { goal, value: null, spread: null, skipped: 'no identity was at hand' };
}

/** Logins that got a token, per second from the first to the last answer of the burst, and the slowest of them. */
export function readBurst(result: ProofResult): Measurement[] {
  return (['origin', 'optimised'] as const).flatMap((arm) => {
    const logins = roundsOf(result, arm).flatMap((round) =>
      round.phases.flatMap(({ streams }) => streams.filter(({ id }) => id === 'logins').map((stream) => stream.result)),
    );
    const served = logins.map(({ total, arrivals, drainMs }) => {
      return ((total.statuses['200'] ?? 0) / (arrivals.durationMs + drainMs)) * 1_000;
    });
    const totals = logins.map(({ total }) => total);
    return [overRounds(`reference.login.rate.${arm}`, served), slowest(`reference.login.worst.${arm}`, totals)].map(
      (measurement) => ({ ...measurement, ...spoiledBy(result, { phase: 'burst', stream: 'logins' }, arm) }),
    );
  });
}

/** The slowest of all rounds, and of how many; the spread is that of the rounds. */
function slowest(goal: string, rounds: readonly Pick<StepResult, 'responseTimeUs' | 'censored'>[]): Measurement {
  const givenUp = rounds.reduce((sum, { censored }) => sum + censored, 0);
  if (givenUp > 0) return { goal, value: null, spread: null, skipped: `${givenUp} logins were given up unanswered` };
  const times = rounds.map(({ responseTimeUs }) => responseTimeUs).filter(({ count }) => count > 0);
  const longestMs = times.map(({ max }) => max / 1_000);
  const found = overRounds(goal, longestMs);
  if (found.value === null) return found;
  const samples = times.reduce((sum, { count }) => sum + count, 0);
  return { ...found, value: Math.max(...longestMs), reading: { kind: 'slowest', samples } };
}
