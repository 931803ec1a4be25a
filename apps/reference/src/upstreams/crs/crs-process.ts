import { randomBytes } from 'node:crypto';
import { REFERENCE_NOW } from '../../data/index.ts';
import { ERRORS } from '../errors.ts';
import { startUpstreamProcess, type UpstreamProcess } from '../upstream-process.ts';
import type { CrsCounts } from './call-counts.ts';
import type { KnownData } from './key-listing.ts';
import { toEnvironment } from './settings.ts';

export interface StartCrsOptions {
  /** Factor on the recorded latencies; default 1, 0 answers at once. */
  readonly latencyScale?: number;
  /** Seed of latencies and faults, default 1. */
  readonly seed?: number;
  /** Share of the calls that fail with 500, default 0. */
  readonly errorRate?: number;
  /** Share of the calls that wait `hangMs` before they are answered, default 0. */
  readonly hangRate?: number;
  /** Default 5,000; not scaled by `latencyScale`. */
  readonly hangMs?: number;
  /** The day on which a trend ends, default `REFERENCE_NOW`. */
  readonly today?: Date;
  /** Whose keys it lists: give what the database was loaded with. Default the profile tiny with seed 1. */
  readonly data?: KnownData;
  /** Default 0: any free port. */
  readonly port?: number;
}

/** The running upstream. A reset leaves its tokens good. */
export interface Crs extends UpstreamProcess<CrsCounts> {
  /** What the service logs in with; made anew for each start. */
  readonly adminUser: string;
  readonly adminSecret: string;
}

/**
 * Starts the upstream in a process of its own, which ends with this one however this one ends.
 * @throws MILLRACE_REFERENCE_CRS_START when it is not ready within ten seconds.
 * @example
 * await using crs = await startCrs({ latencyScale: 0 });
 */
export async function startCrs(options: StartCrsOptions = {}): Promise<Crs> {
  const { latencyScale = 1, seed = 1, errorRate = 0, hangRate = 0, hangMs = 5_000, port = 0 } = options;
  const adminUser = `admin-${randomBytes(3).toString('hex')}`;
  const adminSecret = randomBytes(24).toString('base64url');
  const { today = REFERENCE_NOW, data = { profile: 'tiny', seed: 1 } } = options;
  const faults = { latencyScale, errorRate, hangRate, hangMs };
  const upstream = await startUpstreamProcess<CrsCounts>({
    main: new URL('./main.ts', import.meta.url),
    env: toEnvironment({ port, adminUser, adminSecret, today, data, seed, ...faults }),
    refuse: (reason, cause) => ERRORS.create('MILLRACE_REFERENCE_CRS_START', { reason }, cause),
  });
  return { ...upstream, adminUser, adminSecret };
}
