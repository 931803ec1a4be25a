import type { Clock } from 'millrace/core';
import { askAlone } from './baseline/index.ts';
import type { Counters } from './counters.ts';
import { createFailover, createProviderCalls, Providers } from './gateway/index.ts';
import { createKeptAnswers, createSharedAnswers, keepAnswers } from './optimised/index.ts';
import type { Llm, ProviderState } from './ports/index.ts';
import { Problem } from './problem.ts';
import type { LlmSettings } from './settings.ts';
import type { SwitchSet } from './switches.ts';

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
  const kept = switches.has('upstream.no-cache') ? undefined : createKeptAnswers(clock);
  const repeats = kept !== undefined || sharing !== askAlone;
  return {
    llm: repeats ? keepAnswers(direct, kept, sharing) : direct,
    providers: () => providers.states(),
    async close() {
      await calls.close();
      await kept?.close();
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
