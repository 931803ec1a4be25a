import { defineScenario, type Scenario } from '@millrace/load';
import { constant, DURATIONS } from './durations.ts';
import type { PartOptions, ProofPart } from './part.ts';
import type { Trader, TraderPool } from './trader.ts';

const UNIQUE_RATE = 20;
const REPEATED_RATE = 100;
const STREAMED_RATE = 10;
const KNOWN_PROMPTS = 10;
const CONNECTIONS = 400;
const WARM_UP_MS = 1_000;

/** Temperature 0: the same question has the same answer, so that it may be kept. */
function ask(trader: Trader, content: string, stream: boolean) {
  return {
    method: 'POST',
    path: '/v1/messages',
    headers: { authorization: `Bearer ${trader.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ model: 'swift-1', max_tokens: 60, temperature: 0, stream },
      messages: [{ role: 'user', content }],
    }),
  } as const;
}

function questions(name: string, pool: TraderPool, differing: number, stream: boolean): Scenario<Trader> {
  return defineScenario<Trader>({
    name,
    users: pool.size,
    createUser: (index) => pool.create(index),
    steps: [
      {
        name: 'ask',
        weight: 1,
        build: (trader, random) => ask(trader, `${name}, question ${random.int(differing)}`, stream),
      },
    ],
  });
}

const EVER_NEW = 2 ** 31;

/** Origin 004's gateway: prompts that nobody asked before, prompts that everybody asks, and answers as events. */
export function gatewayPart({ users: { api }, tier }: PartOptions): ProofPart {
  const { other } = DURATIONS[tier];
  const stream = (id: string, scenario: Scenario<Trader>, ratePerSecond: number, durationMs = other) => {
    return { id, scenario, arrivals: constant(ratePerSecond, durationMs), maxConnections: CONNECTIONS };
  };
  const repeated = questions('repeated', api, KNOWN_PROMPTS, false);
  return {
    phases: [
      {
        id: 'gateway',
        scenario: 'gateway',
        rounds: 'each',
        warmUp: [stream('repeated', repeated, REPEATED_RATE, WARM_UP_MS)],
        streams: [
          stream('unique', questions('unique', api, EVER_NEW, false), UNIQUE_RATE),
          stream('repeated', repeated, REPEATED_RATE),
          stream('events', questions('events', api, EVER_NEW, true), STREAMED_RATE),
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
