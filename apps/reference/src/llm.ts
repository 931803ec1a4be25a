import type { Clock } from 'millrace/core';
import { askAlone, rememberNothing } from './baseline/index.ts';
import type { Counters } from './counters.ts';
import { createFailover, createProviderCalls, Providers } from './gateway/index.ts';
import { createAnswerMemory, createSharedAnswers, keepAnswers } from './optimised/index.ts';
import type { Llm, ProviderState } from './ports/index.ts';
import { Problem } from './problem.ts';
import type { LlmSettings } from './settings.ts';
import type { SwitchSet } from './switches.ts';

const LLM_MEMORY = { name: 'llm', maxAnswers: 2_000, maxBytes: 67_108_864 };

export interface LlmAccess {
  readonly llm: Llm;
  /** How each provider has done. */
  providers(): readonly ProviderState[];
  close(): Promise<void>;
}

/** The language models behind whichever parts the switches choose. */
export function openLlm(
  settings: LlmSettings | undefined,
  switches: SwitchSet,
  counters: Counters,
  clock: Clock,
): LlmAccess {
  if (settings === undefined) return NO_LLM;
  const keepAlive = !switches.has('upstream.new-connection');
  const calls = createProviderCalls({ ...settings, keepAlive }, counters);
  const providers = new Providers(clock, settings.maxConnections);
  const direct = createFailover(providers, calls);
  const sharing = switches.has('upstream.no-single-flight') ? askAlone : createSharedAnswers();
  const memory = switches.has('upstream.no-cache') ? rememberNothing : createAnswerMemory(LLM_MEMORY, clock);
  const repeats = memory !== rememberNothing || sharing !== askAlone;
  return {
    llm: repeats ? keepAnswers(direct, memory, sharing) : direct,
    providers: () => providers.states(),
    async close() {
      await calls.close();
      await memory.close();
    },
  };
}

const NO_LLM: LlmAccess = {
  llm: {
    async ask() {
      throw new Problem(503, 'no language model is configured', { 'retry-after': '60' });
    },
  },
  providers: () => [],
  close: async () => {},
};
