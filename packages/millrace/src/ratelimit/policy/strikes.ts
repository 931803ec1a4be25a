import { checkOptionNames, type OptionNames } from '../../core/index.ts';
import { createMeter, type Meter } from '../meters/index.ts';
import { checkWhole } from '../option-check.ts';
import { fullRules } from '../rate-rule.ts';
import { CROWD, SubjectTable } from '../subject-table.ts';
import { TICKS_PER_MS } from '../ticks.ts';

/** When a limiter bans by itself. */
export interface BanRule {
  /** So many denials of one key, counted by this process, */
  readonly afterDenials: number;
  /** within so many milliseconds of the first of them, 1 to 2,678,400,000, */
  readonly withinMs: number;
  /** ban it for so many milliseconds, 1 to 2,678,400,000. */
  readonly forMs: number;
}

/** The longest ban, in milliseconds: 31 days. */
export const MAX_BAN_MS: number = 31 * 86_400_000;
const OPTIONS: OptionNames<BanRule> = { afterDenials: true, withinMs: true, forMs: true };

/** @throws MILLRACE_RATELIMIT_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN */
export function checkBanRule(rule: BanRule): BanRule {
  checkOptionNames('autoBan', rule, OPTIONS);
  checkWhole('autoBan.withinMs', rule.withinMs, 1, MAX_BAN_MS);
  checkWhole('autoBan.afterDenials', rule.afterDenials, 1, Math.min(1_000_000_000, 250 * rule.withinMs));
  checkWhole('autoBan.forMs', rule.forMs, 1, MAX_BAN_MS);
  return rule;
}

/** Counts denials of keys, of as many keys as there is room for. */
export class Strikes {
  /** How long a ban is, in ticks. */
  readonly banTicks: number;
  readonly #meter: Meter;
  readonly #table: SubjectTable;

  constructor({ afterDenials, withinMs, forMs }: BanRule, maxKeys: number) {
    const [rule] = fullRules([{ name: 'denials', limit: afterDenials, windowMs: withinMs, algorithm: 'fixed-window' }]);
    this.banTicks = forMs * TICKS_PER_MS;
    this.#meter = createMeter(rule!);
    this.#table = new SubjectTable(maxKeys, [this.#meter]);
  }

  /** Counts a denial; true when it is the one after which the key is banned. */
  strike(key: string, now: number): boolean {
    const slot = this.#table.open(key, now);
    // Strangers for whom there is no room share a place: nobody is banned for what others did.
    if (slot === CROWD) return false;
    this.#meter.add(slot, now, 1);
    if (this.#meter.remaining(slot, now) > 0) return false;
    this.#meter.back(slot, now, { units: Number.POSITIVE_INFINITY, used: 0, since: now, before: 0 });
    return true;
  }

  clear(): void {
    this.#table.clear();
  }
}
