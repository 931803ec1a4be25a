import type { CostSpec } from '@millrace/load/prove';
import { constant, DURATIONS, onceAnArm } from './durations.ts';
import type { PartOptions, ProofPart } from './part.ts';
import { revocationProbe } from './revocation-probe.ts';
import { firstOf, tokenMix } from './scenarios.ts';
import { staleReadProbe } from './stale-read-probe.ts';

/** Enough to keep the caches busy, too little to saturate any arm. */
const RATE = 50;
const USERS = 20;

/** Whether what was written is read, and whether who was thrown out stays out, under load. */
export function freshnessPart({ users, tier }: PartOptions): ProofPart {
  const { probes, traders } = users;
  const arrivals = constant(RATE, DURATIONS[tier].freshness);
  return {
    phases: [
      {
        id: 'freshness',
        label: { en: 'freshness', 'zh-CN': '数据新鲜度' },
        scenario: 'freshness',
        rounds: onceAnArm(tier, 'last-block'),
        streams: [{ id: 'background', scenario: tokenMix(firstOf(traders, USERS)), arrivals }],
        probes: [staleReadProbe(probes.create(0)), revocationProbe([probes.create(1), probes.create(2)])],
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
];
