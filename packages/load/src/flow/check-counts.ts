import { type CheckResult, OTHER_CHECKS } from '../result/index.ts';
import { tellable } from '../secrets/index.ts';

/** Most names of checks; those beyond are counted together. */
const MAX_CHECKS = 200;

/** How often each check passed and failed. */
export class CheckCounts {
  readonly #counts: Map<string, { passed: number; failed: number }> = new Map();

  count(name: string, passed: boolean): void {
    const counts = this.#counts.get(name) ?? this.#open(name);
    if (passed) counts.passed++;
    else counts.failed++;
  }

  results(): CheckResult[] {
    return [...this.#counts].map(([name, counts]) => ({ name, ...counts }));
  }

  #open(name: string): { passed: number; failed: number } {
    const clean = tellable(name);
    const told = this.#counts.has(clean) || this.#counts.size < MAX_CHECKS ? clean : OTHER_CHECKS;
    const counts = this.#counts.get(told) ?? { passed: 0, failed: 0 };
    this.#counts.set(told, counts);
    return counts;
  }
}
