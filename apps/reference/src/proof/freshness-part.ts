import type { CostSpec } from '@millrace/load/prove';
import { constant, DURATIONS, onceAnArm } from './durations.ts';
import type { PartOptions, ProofPart } from './part.ts';
import { racesProbe } from './races-probe.ts';
import { revocationProbe } from './revocation-probe.ts';
import { firstOf, tokenMix } from './scenarios.ts';
import { staleReadProbe } from './stale-read-probe.ts';

/** Enough to keep the caches busy, too little to saturate any arm. */
const RATE = 50;
const USERS = 20;

/** Whether what was written is read, and whether who was thrown out stays out, under load. */
export function freshnessPart({ users, tier, startSibling }: PartOptions): ProofPart {
  const { probes, traders } = users;
  // A second process of each arm would take the main job past its three minutes.
  const races =
    startSibling === undefined || tier !== 'full'
      ? []
      : [racesProbe([probes.create(3), probes.create(4)], startSibling)];
  const arrivals = constant(RATE, DURATIONS[tier].freshness);
  return {
    phases: [
      {
        id: 'freshness',
        label: { en: 'freshness', 'zh-CN': '数据新鲜度' },
        scenario: 'freshness',
        rounds: onceAnArm(tier, 'last-block'),
        streams: [{ id: 'background', scenario: tokenMix(firstOf(traders, USERS)), arrivals }],
        probes: [staleReadProbe(probes.create(0)), revocationProbe([probes.create(1), probes.create(2)]), ...races],
      },
    ],
    rows: [
      {
        ...{ id: 'freshness', phase: 'freshness', stream: 'background' },
        label: { en: `mix with tokens beside the probes, ${RATE}/s`, 'zh-CN': `探测期间持令牌的混合负载，${RATE}/s` },
      },
    ],
  };
}

/** What the probes count, as lines of the costs. */
export const FRESHNESS_COSTS: readonly CostSpec[] = [
  {
    ...{ id: 'stale-reads', counter: 'staleReads', per: 'readsAfterWrite', unit: 'share' },
    label: { en: 'stale reads: older than an acknowledged write', 'zh-CN': '陈旧读取：早于已确认的写入' },
  },
  {
    ...{ id: 'accepted-after-revocation', counter: 'acceptedAfterRevocation', per: 'revocations' },
    label: { en: 'requests accepted after a revocation', 'zh-CN': '吊销后仍被接受的请求数' },
  },
  {
    ...{ id: 'revocation-delay', counter: 'revocationDelayUs', per: 'revocations', unit: 'ms' },
    label: { en: 'revocation delay: from its answer to the first refusal', 'zh-CN': '吊销延迟：从应答到首次拒绝' },
  },
  {
    ...{ id: 'races.here', counter: 'acceptedHere', per: 'races' },
    label: {
      en: 'S6, two instances: accepted after the 204 where it was given',
      'zh-CN': 'S6 双实例：应答 204 后同一实例仍接受的请求数',
    },
  },
  {
    ...{ id: 'races.there', counter: 'acceptedThere', per: 'races' },
    label: { en: 'S6: accepted by the other instance', 'zh-CN': 'S6：另一实例仍接受的请求数' },
  },
  {
    ...{ id: 'races.again', counter: 'acceptedAgain', per: 'races' },
    label: { en: 'S6: accepted by it after its first refusal', 'zh-CN': 'S6：首次拒绝后再次接受的请求数' },
  },
  {
    ...{ id: 'races.delay', counter: 'refusedThereAfterUs', per: 'races', unit: 'ms' },
    label: { en: 'S6: until the other instance refuses, mean', 'zh-CN': 'S6：另一实例开始拒绝的平均延迟' },
  },
  {
    ...{ id: 'races.delay.p50', histogram: 'refusedThereUs', percentile: 50 },
    label: { en: 'S6: the same, P50', 'zh-CN': 'S6：另一实例开始拒绝的延迟 P50' },
  },
  {
    ...{ id: 'races.delay.p99', histogram: 'refusedThereUs', percentile: 99 },
    label: { en: 'S6: the same, P99', 'zh-CN': 'S6：同上，P99' },
  },
  {
    ...{ id: 'races.kept', counter: 'keptRefused', per: 'keptSessions', unit: 'share' },
    label: { en: 'S6: own session refused after a change of password', 'zh-CN': 'S6：改密后自身会话被拒绝的比例' },
  },
];
