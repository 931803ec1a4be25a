import type { Scenario } from '@millrace/load';
import { constant, DURATIONS } from './durations.ts';
import { repeatedPrompts, streamedPrompts, uniquePrompts } from './gateway.ts';
import type { PartOptions, ProofPart } from './part.ts';
import type { Trader } from './trader.ts';

const UNIQUE_RATE = 20;
const REPEATED_RATE = 100;
const STREAMED_RATE = 10;
const CONNECTIONS = 400;
const WARM_UP_MS = 1_000;

const STREAMS = {
  unique: { en: 'unique prompts', 'zh-CN': '不重复的提示' },
  repeated: { en: 'repeated prompts', 'zh-CN': '重复的提示' },
  events: { en: 'as events', 'zh-CN': '事件流' },
} as const;

/** Origin 004's gateway: prompts that nobody asked before, prompts that everybody asks, and answers as events. */
export function gatewayPart({ users: { api }, tier }: PartOptions): ProofPart {
  const { other } = DURATIONS[tier];
  const stream = (id: keyof typeof STREAMS, scenario: Scenario<Trader>, ratePerSecond: number, durationMs = other) => {
    return {
      id,
      label: STREAMS[id],
      scenario,
      arrivals: constant(ratePerSecond, durationMs),
      maxConnections: CONNECTIONS,
    };
  };
  const repeated = repeatedPrompts(api);
  return {
    phases: [
      {
        id: 'gateway',
        label: { en: 'gateway', 'zh-CN': '网关' },
        scenario: 'gateway',
        rounds: 'each',
        warmUp: [stream('repeated', repeated, REPEATED_RATE, WARM_UP_MS)],
        streams: [
          stream('unique', uniquePrompts(api), UNIQUE_RATE),
          stream('repeated', repeated, REPEATED_RATE),
          stream('events', streamedPrompts(api), STREAMED_RATE),
        ],
      },
    ],
    rows: [
      {
        ...{ id: 'gateway.unique', phase: 'gateway', stream: 'unique' },
        label: { en: `gateway, ${UNIQUE_RATE}/s, unique prompts`, 'zh-CN': `网关，${UNIQUE_RATE}/s，不重复的提示` },
      },
      {
        ...{ id: 'gateway.repeated', phase: 'gateway', stream: 'repeated' },
        label: { en: `gateway, ${REPEATED_RATE}/s, repeated prompts`, 'zh-CN': `网关，${REPEATED_RATE}/s，重复的提示` },
      },
      {
        ...{ id: 'gateway.events', phase: 'gateway', stream: 'events' },
        label: {
          en: `gateway, ${STREAMED_RATE}/s, unique, as events`,
          'zh-CN': `网关，${STREAMED_RATE}/s，不重复，事件流`,
        },
      },
    ],
  };
}
