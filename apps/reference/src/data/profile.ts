/** How much of everything a data set holds. */
export interface DataProfile {
  readonly users: number;
  readonly strategies: number;
  readonly signals: number;
  readonly apiKeys: number;
  readonly usageRecords: number;
  readonly projects: number;
  readonly files: number;
  readonly activities: number;
  readonly requestLogs: number;
}

/** `tiny` is for tests, `small` for the proof on two cores, `full` for the whole protocol. */
export type ProfileName = 'tiny' | 'small' | 'full';

export const PROFILES: Readonly<Record<ProfileName, DataProfile>> = {
  tiny: {
    ...{ users: 50, strategies: 200, signals: 5_000, apiKeys: 200, usageRecords: 5_000 },
    ...{ projects: 50, files: 500, activities: 2_000, requestLogs: 2_000 },
  },
  small: {
    ...{ users: 1_000, strategies: 5_000, signals: 200_000, apiKeys: 5_000, usageRecords: 200_000 },
    ...{ projects: 2_000, files: 20_000, activities: 100_000, requestLogs: 100_000 },
  },
  full: {
    ...{ users: 5_000, strategies: 20_000, signals: 2_000_000, apiKeys: 20_000, usageRecords: 2_000_000 },
    ...{ projects: 10_000, files: 100_000, activities: 1_000_000, requestLogs: 1_000_000 },
  },
};

/**
 * The instant at which the data set ends: every loaded signal and usage record lies in the 30 days before it.
 * Whatever the service counts back from "now" (the last 24 hours, seven days, an expired key) it counts back from
 * here, never from the wall clock, so that both arms and every run see the same rows. It lies in the past, so that
 * rows written during a run are newer than every loaded one.
 */
export const REFERENCE_NOW: Date = new Date('2026-01-01T00:00:00.000Z');

/** How far back from {@link REFERENCE_NOW} the loaded signals and usage records reach. */
export const HISTORY_DAYS = 30;

/** The user who owns a fifth of all strategies, signals, keys and projects. */
export const WHALE_USER = 1;

/** One row in this many belongs to the whale. */
export const WHALE_EVERY = 5;

/** The one user who may not log in: the last of the profile. Owns nothing. */
export function inactiveUser(profile: DataProfile): number {
  return profile.users;
}

/** Users above this number own nothing: the last tenth, for empty lists. */
export function lastOwner(profile: DataProfile): number {
  return profile.users - Math.ceil(profile.users / 10);
}
