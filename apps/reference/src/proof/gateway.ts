import { defineScenario, type Scenario } from '@millrace/load';
import type { Random } from 'millrace/core';
import { createZipf } from '../data/index.ts';
import { ask, drawNew, KNOWN_PROMPTS, requireMessage, requireWholeStream } from './prompts.ts';
import type { Trader, TraderPool } from './trader.ts';

/** Prompts that nobody asked before: nothing can be kept, and every answer costs a provider's call. */
export function uniquePrompts(pool: TraderPool): Scenario<Trader> {
  return questions('unique', pool, drawNew, false);
}

/** Prompts that everybody asks, few of them most of the time. */
export function repeatedPrompts(pool: TraderPool): Scenario<Trader> {
  const zipf = createZipf(KNOWN_PROMPTS);
  return questions('repeated', pool, (random) => zipf.draw(random), false);
}

/** Prompts that nobody asked before, answered as events, each of which is looked at. */
export function streamedPrompts(pool: TraderPool): Scenario<Trader> {
  return questions('events', pool, drawNew, true);
}

function questions(
  name: string,
  pool: TraderPool,
  draw: (random: Random) => number,
  stream: boolean,
): Scenario<Trader> {
  return defineScenario<Trader>({
    name,
    users: pool.size,
    createUser: (index) => pool.create(index),
    steps: [
      {
        name: 'ask',
        weight: 1,
        build: (trader, random) => ask(trader, `${name}, question`, draw(random), stream),
        onAnswer: stream ? requireWholeStream : requireMessage,
      },
    ],
  });
}
