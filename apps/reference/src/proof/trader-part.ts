import { constant, DURATIONS, onceAnArm } from './durations.ts';
import { type PartOptions, type ProofPart, probeStream } from './part.ts';
import { everyUserOnce, loginBurst, tokenMix, traderMix } from './scenarios.ts';

/** The baseline may not keep up with the token mix: what is unanswered this long after the last arrival is censored. */
const TOKENS_DRAIN_MS = 500;
/** A long warm-up at a rate that every arm holds: it is to warm, not to queue. */
const LONG_WARM_UP_RATE = 40;

const SCENARIO = 'trader';

/** Origin 000's mix, and a burst of its logins. */
export function traderPart({ users: { traders }, tier }: PartOptions): ProofPart {
  const durations = DURATIONS[tier];
  const warmUpRate = tier === 'full' ? LONG_WARM_UP_RATE : traders.size;
  const warmUp = [
    { id: 'first sights', scenario: everyUserOnce(traders), arrivals: constant(warmUpRate, durations.warmUp) },
  ];
  return {
    phases: [
      {
        id: 'mix',
        label: { en: 'trader mix', 'zh-CN': '交易员混合负载' },
        scenario: SCENARIO,
        rounds: 'each',
        warmUp,
        streams: [{ id: 'mix', scenario: traderMix(traders), arrivals: constant(20, durations.mix) }],
      },
      {
        id: 'burst',
        label: { en: 'login burst', 'zh-CN': '登录突发' },
        scenario: SCENARIO,
        rounds: onceAnArm(tier, 'first-block'),
        streams: [
          {
            ...{ id: 'logins', label: { en: 'logins', 'zh-CN': '登录' } },
            ...{ scenario: loginBurst(traders), arrivals: constant(20, durations.burst) },
          },
          probeStream(500, durations.burst),
        ],
      },
    ],
    rows: [
      {
        ...{ id: 'mix', phase: 'mix', stream: 'mix', except: ['login'] },
        label: { en: 'trader mix, 20/s, without its logins', 'zh-CN': '交易员混合负载，20/s，不含登录' },
      },
      {
        ...{ id: 'mix.login', phase: 'mix', stream: 'mix', only: ['login'] },
        label: { en: 'logins of the mix, 3/s', 'zh-CN': '混合负载中的登录，3/s' },
      },
      {
        ...{ id: 'burst.login', phase: 'burst', stream: 'logins' },
        label: { en: 'login burst, 20/s', 'zh-CN': '登录突发，20/s' },
      },
      {
        ...{ id: 'burst.health', phase: 'burst', stream: 'probes' },
        label: { en: '/health/live during the burst, 500/s', 'zh-CN': '登录突发期间的 /health/live，500/s' },
      },
    ],
  };
}

/** The mix with tokens. It comes last in a round, because a saturated arm is ended, not waited for. */
export function tokensPart({ users: { traders }, tier }: PartOptions): ProofPart {
  const arrivals = constant(200, DURATIONS[tier].tokens);
  const stream = { id: 'tokens', scenario: tokenMix(traders), arrivals, drainMs: TOKENS_DRAIN_MS };
  return {
    phases: [
      {
        id: 'tokens',
        label: { en: 'mix with tokens', 'zh-CN': '持令牌的混合负载' },
        scenario: SCENARIO,
        rounds: 'each',
        streams: [stream],
      },
    ],
    rows: [
      {
        ...{ id: 'tokens', phase: 'tokens', stream: 'tokens' },
        label: { en: 'mix with tokens, 200/s', 'zh-CN': '持令牌的混合负载，200/s' },
      },
    ],
  };
}
