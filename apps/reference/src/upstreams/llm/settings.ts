import { ERRORS } from '../errors.ts';
import { PROVIDERS } from './provider.ts';
import type { FlappingProvider, LlmServerOptions } from './server.ts';

/** The server's options and the port to listen on, 0 for any free one. */
export interface LlmSettings extends LlmServerOptions {
  readonly port: number;
}

const MIN_KEY_LENGTH = 12;

/** The environment in which {@link readSettings} gives `settings` back. */
export function toEnvironment({ port, apiKey, seed, latencyScale, flapping }: LlmSettings): Record<string, string> {
  return {
    PORT: String(port),
    LLM_API_KEY: apiKey,
    LLM_SEED: String(seed),
    LATENCY_SCALE: String(latencyScale),
    ...(flapping && { LLM_FLAPPING: `${flapping.provider}:${flapping.upCalls}:${flapping.downCalls}` }),
  };
}

/**
 * Reads the process's settings. The API key has no default.
 * @throws MILLRACE_REFERENCE_LLM_SETTING for one that is missing or out of range.
 */
export function readSettings(env: NodeJS.ProcessEnv): LlmSettings {
  return {
    port: numberOf(env, 'PORT', 65_535, 0),
    apiKey: readKey(env),
    seed: numberOf(env, 'LLM_SEED', 0xffff_ffff, 1),
    latencyScale: numberOf(env, 'LATENCY_SCALE', 100, 1),
    flapping: readFlapping(env.LLM_FLAPPING ?? ''),
  };
}

function readKey({ LLM_API_KEY: value = '' }: NodeJS.ProcessEnv): string {
  if (value.length >= MIN_KEY_LENGTH) return value;
  // What was given is not shown: it may be half a secret.
  throw refuse('LLM_API_KEY', value === '' ? '(nothing)' : '(too short)', `at least ${MIN_KEY_LENGTH} characters`);
}

function readFlapping(value: string): FlappingProvider | undefined {
  if (value === '') return undefined;
  const [name, up, down] = /^(\w+):([1-9]\d{0,3}):([1-9]\d{0,3})$/.exec(value)?.slice(1) ?? [];
  const provider = PROVIDERS.find((known) => known === name);
  if (provider === undefined) throw refuse('LLM_FLAPPING', value, 'a provider, calls up and calls down, as mid:20:5');
  return { provider, upCalls: Number(up), downCalls: Number(down) };
}

function numberOf(env: NodeJS.ProcessEnv, name: string, high: number, fallback: number): number {
  const value = env[name] ?? '';
  const number = value === '' ? fallback : Number(value);
  if (number >= 0 && number <= high) return number;
  throw refuse(name, value, `a number from 0 to ${high}`);
}

function refuse(name: string, value: string, expected: string): Error {
  return ERRORS.create('MILLRACE_REFERENCE_LLM_SETTING', { name, value, expected });
}
