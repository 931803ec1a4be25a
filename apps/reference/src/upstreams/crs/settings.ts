import { PROFILES, type ProfileName } from '../../data/index.ts';
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
    CRS_DATA_PROFILE: settings.data.profile,
    CRS_DATA_SEED: String(settings.data.seed),
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
    data: { profile: profileOf(env, 'CRS_DATA_PROFILE'), seed: dataSeedOf(env, 'CRS_DATA_SEED') },
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

function profileOf(env: NodeJS.ProcessEnv, name: string): ProfileName {
  const value = env[name] || 'tiny';
  const known = Object.keys(PROFILES) as ProfileName[];
  const profile = known.find((word) => word === value);
  if (profile !== undefined) return profile;
  throw ERRORS.create('MILLRACE_REFERENCE_CRS_SETTING', { name, value, expected: known.join(' or ') });
}

function dataSeedOf(env: NodeJS.ProcessEnv, name: string): number {
  const seed = numberOf(env, name, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1);
  if (Number.isInteger(seed)) return seed;
  throw ERRORS.create('MILLRACE_REFERENCE_CRS_SETTING', { name, value: String(seed), expected: 'a whole number' });
}
