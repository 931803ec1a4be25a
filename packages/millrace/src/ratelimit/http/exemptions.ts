import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Clock, checkOptionNames, type OptionNames, systemClock } from '../../core/index.ts';
import { checkName, checkWhole, refuseOption } from '../option-check.ts';
import { coversPath } from './exemption-path.ts';

/** What {@link defineExemptions} takes. */
export interface ExemptionOptions {
  /** Secrets of 32 characters or more: the first signs, all verify, so that they can be changed. */
  readonly keys: readonly string[];
  /** Longest life of an exemption, in milliseconds; one that is signed for longer is refused. 1,000 to 86,400,000; default 3,600,000. */
  readonly maxLifeMs?: number;
  /** Source of time; default the machine's. */
  readonly clock?: Clock;
}

/** Whether a request is exempt, and why: `none` was sent, it is `good`, `forged`, `expired`, or good for something else. */
export interface ExemptionVerdict {
  readonly exempt: boolean;
  readonly why: 'none' | 'good' | 'forged' | 'expired' | 'elsewhere';
  /** What it was issued for; of one that is not forged. */
  readonly purpose: string | undefined;
}

/** What an exemption is good for. */
export interface ExemptionScope {
  /** How long from now, in milliseconds. 1 to `maxLifeMs`. */
  readonly lifeMs: number;
  /** Names of limiters; default: all. */
  readonly limiters?: readonly string[];
  /** A path, and what lies below it; default: everywhere. */
  readonly path?: string;
}

/** Signs and reads exemptions. */
export interface Exemptions {
  /** The header that carries one, in lower case. */
  readonly header: 'millrace-exemption';
  /**
   * An exemption for so long, from these limiters, at that path.
   * @param purpose goes into logs, e.g. the id of a run
   * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`
   */
  issue(purpose: string, scope: ExemptionScope): string;
  /**
   * Judges what came in the header, for the limiter of that name. Never throws.
   * @param path of the request as it was sent, without its query: what is good for one path is good nowhere without it, nor
   * at one that can be read as another (dot segments, `//`, backslashes, percent signs)
   */
  judge(text: string | undefined, limiter: string, path?: string): ExemptionVerdict;
}

interface Claims {
  readonly purpose: string;
  /** Wall-clock times in milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly limiters?: readonly string[];
  readonly path?: string;
}

const OPTIONS: OptionNames<ExemptionOptions> = { keys: true, maxLifeMs: true, clock: true };
const HEADER = 'millrace-exemption';
/** Set apart from whatever else the key may sign. */
const DOMAIN = 'millrace.ratelimit.exemption.1\n';
const MIN_KEY_LENGTH = 32;
const MAX_KEYS = 10;
/** How far the clocks of who issues and who judges may be apart. */
const SKEW_MS = 5_000;
const MAX_PURPOSE_LENGTH = 200;
const MAX_TEXT_LENGTH = 4_096;
const FORM = /^([\w-]+)\.([\w-]{43})$/;
const NONE: ExemptionVerdict = { exempt: false, why: 'none', purpose: undefined };
const FORGED: ExemptionVerdict = { exempt: false, why: 'forged', purpose: undefined };

/**
 * Exemptions from rate limits that cannot be forged and end by themselves, for load tests: a service whose limits are lifted
 * by a flag will be found with the flag set. Whoever has a key can lift all limits, so it is a secret of its own.
 * @throws `MILLRACE_RATELIMIT_OPTION_INVALID`, `MILLRACE_CORE_OPTION_UNKNOWN`
 * @example
 * const exemptions = defineExemptions({ keys: [process.env.EXEMPTION_KEY ?? ''] });
 * const text = exemptions.issue('load test 17', { lifeMs: 600_000 }); // sent as `Millrace-Exemption`
 * const { exempt } = exemptions.judge(request.headers['millrace-exemption'], limiter.name);
 */
export function defineExemptions(options: ExemptionOptions): Exemptions {
  checkOptionNames('defineExemptions', options, OPTIONS);
  const { keys, maxLifeMs = 3_600_000, clock = systemClock } = options;
  checkWhole('keys.length', keys.length, 1, MAX_KEYS);
  if (!keys.every((key) => typeof key === 'string' && key.length >= MIN_KEY_LENGTH)) {
    throw refuseOption('keys', 'one that is shorter', `texts of ${MIN_KEY_LENGTH} characters or more`);
  }
  checkWhole('maxLifeMs', maxLifeMs, 1_000, 86_400_000);
  return {
    header: HEADER,
    issue(purpose, { lifeMs, limiters, path }) {
      if (checkName('purpose', purpose).length > MAX_PURPOSE_LENGTH) {
        throw refuseOption('purpose', 'longer', `at most ${MAX_PURPOSE_LENGTH} characters`);
      }
      if (path !== undefined && !coversPath(path, path)) {
        throw refuseOption('path', path, 'an absolute path without dot segments');
      }
      const from = clock.wallNow();
      const until = from + checkWhole('lifeMs', lifeMs, 1, maxLifeMs);
      const claims: Claims = { purpose, from, until, ...(limiters && { limiters }), ...(path && { path }) };
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${body}.${sign(keys[0] as string, body).toString('base64url')}`;
    },
    judge(text, limiter, path = '') {
      if (text === undefined || text === '') return NONE;
      const claims = text.length > MAX_TEXT_LENGTH ? undefined : read(text, keys);
      if (claims === undefined) return FORGED;
      const { purpose, from, until, limiters, path: root } = claims;
      const now = clock.wallNow();
      // The whole life counts: one that is too long does not become good by waiting for its end, nor by a clock that steps.
      const isSound = until - from <= maxLifeMs && from - now <= SKEW_MS;
      if (!isSound || until <= now) return { exempt: false, why: 'expired', purpose };
      const isHere = (limiters?.includes(limiter) ?? true) && (root === undefined || coversPath(root, path));
      return { exempt: isHere, why: isHere ? 'good' : 'elsewhere', purpose };
    },
  };
}

/** What somebody with a key has said; undefined when nobody with one has. */
function read(text: string, keys: readonly string[]): Claims | undefined {
  const [, body, signature] = FORM.exec(text) ?? [];
  if (body === undefined || signature === undefined) return undefined;
  const given = Buffer.from(signature, 'base64url');
  if (given.toString('base64url') !== signature) return undefined; // Spare bits of the last character.
  if (!keys.some((key) => timingSafeEqual(given, sign(key, body)))) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
}

function sign(key: string, body: string): Buffer {
  return createHmac('sha256', key)
    .update(DOMAIN + body)
    .digest();
}
