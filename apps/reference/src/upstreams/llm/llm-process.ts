import { randomBytes } from 'node:crypto';
import { ERRORS } from '../errors.ts';
import { startUpstreamProcess, type UpstreamProcess } from '../upstream-process.ts';
import type { LlmCounts } from './call-counts.ts';
import type { FlappingProvider } from './server.ts';
import { toEnvironment } from './settings.ts';

export interface StartLlmOptions {
  /** Factor on the latencies; default 1, 0 answers at once. */
  readonly latencyScale?: number;
  /** Seed of answers, latencies and failures, default 1. */
  readonly seed?: number;
  /** The provider that comes and goes; default none. */
  readonly flapping?: FlappingProvider;
  /** Default 0: any free port. */
  readonly port?: number;
}

/** The running providers: `url` followed by `/fast`, `/mid` or `/slow`, and `/v1/messages`. */
export interface Llm extends UpstreamProcess<LlmCounts> {
  /** What the service is known by there; made anew for each start. */
  readonly apiKey: string;
}

/**
 * Starts the three providers in one process of their own, which ends with this one however this one ends.
 * @throws MILLRACE_REFERENCE_LLM_START when it is not ready within ten seconds.
 * @example
 * await using llm = await startLlm({ latencyScale: 0 });
 */
export async function startLlm(options: StartLlmOptions = {}): Promise<Llm> {
  const { latencyScale = 1, seed = 1, flapping, port = 0 } = options;
  const apiKey = `llm-${randomBytes(24).toString('base64url')}`;
  const upstream = await startUpstreamProcess<LlmCounts>({
    main: new URL('./main.ts', import.meta.url),
    env: toEnvironment({ port, apiKey, seed, latencyScale, flapping }),
    refuse: (reason, cause) => ERRORS.create('MILLRACE_REFERENCE_LLM_START', { reason }, cause),
  });
  return { ...upstream, apiKey };
}
