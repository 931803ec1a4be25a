import { ERRORS } from '../errors.ts';
import type { CrsServerOptions } from './server.ts';

/** The server's options and the port to listen on, 0 for any free one. */
export interface CrsSettings extends CrsServerOptions {
  readonly port: number;
}

/** The environment in which {@link readSettings} gives `settings` back. */
export function toEnvironment(settings: CrsSettings): Record<string, string> {
  return {
    PORT: String(settings.port),
    CRS_ADMIN_USER: settings.adminUser,
    CRS_ADMIN_SECRET: settings.adminSecret,
    CRS_TODAY: settings.today.toISOString(),
    LATENCY_SEED: String(settings.seed),
    LATENCY_SCALE: String(settings.latencyScale),
    CRS_ERROR_RATE: String(settings.errorRate),
    CRS_HANG_RATE: String(settings.hangRate),
    CRS_HANG_MS: String(settings.hangMs),
  };
}

/**
 * Reads the process's settings. Name and secret of the administrator have no default.
 * @throws MILLRACE_REFERENCE_CRS_SETTING for one that is missing or out of range.
 */
export function readSettings(env: NodeJS.ProcessEnv): CrsSettings {
  const errorRate = numberOf(env, 'CRS_ERROR_RATE', 0, 1, 0);
  return {
    port: numberOf(env, 'PORT', 0, 65_535, 0),
    adminUser: textOf(env, 'CRS_ADMIN_USER', 1),
    adminSecret: textOf(env, 'CRS_ADMIN_SECRET', 12),
    today: dateOf(env, 'CRS_TODAY'),
    seed: numberOf(env, 'LATENCY_SEED', 0, 0xffff_ffff, 1),
    latencyScale: numberOf(env, 'LATENCY_SCALE', 0, 100, 1),
    errorRate,
    hangRate: numberOf(env, 'CRS_HANG_RATE', 0, 1 - errorRate, 0),
    hangMs: numberOf(env, 'CRS_HANG_MS', 0, 600_000, 5_000),
  };
}

function numberOf(env: NodeJS.ProcessEnv, name: string, low: number, high: number, fallback: number): number {
  const value = env[name] ?? '';
  if (value === '') return fallback;
  const number = Number(value);
  if (number >= low && number <= high) return number;
  throw ERRORS.create('MILLRACE_REFERENCE_CRS_SETTING', { name, value, expected: `a number from ${low} to ${high}` });
}

function textOf(env: NodeJS.ProcessEnv, name: string, minChars: number): string {
  const value = env[name] ?? '';
  if (value.length >= minChars) return value;
  const given = value === '' ? '(nothing)' : '(too short)';
  throw ERRORS.create('MILLRACE_REFERENCE_CRS_SETTING', {
    name,
    value: given,
    expected: `at least ${minChars} characters`,
  });
}

function dateOf(env: NodeJS.ProcessEnv, name: string): Date {
  const value = env[name] ?? '2026-01-01';
  const date = new Date(value);
  if (!Number.isNaN(date.getTime())) return date;
  throw ERRORS.create('MILLRACE_REFERENCE_CRS_SETTING', { name, value, expected: 'a date such as 2026-01-01' });
}
