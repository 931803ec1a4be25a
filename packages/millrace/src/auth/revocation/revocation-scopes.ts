import { AUTH_ERRORS } from '../errors.ts';
import { checkWhole } from '../option-check.ts';

/** How old what is known of revocations may be where a token is used. */
export interface RevocationScope {
  /**
   * While the database answers, in milliseconds: what was revoked longer ago is refused. 0: each check waits for a read
   * that begins after it. 0 to 3,600,000; default 5,000.
   */
  readonly maxStalenessMs?: number;
  /**
   * While the database cannot be asked, in milliseconds. The default is `maxStalenessMs`: then the check is closed, and
   * answers 503. More keeps it open for as long, and each answer is counted. Up to 86,400,000.
   */
  readonly maxStalenessAwayMs?: number;
}

/** A scope with its name and all that was left out. */
export interface Budget {
  readonly scope: string;
  readonly maxStalenessMs: number;
  readonly maxStalenessAwayMs: number;
}

const DEFAULT = 'default';
const DEFAULT_STALENESS_MS = 5_000;

/** The budgets of all scopes. One that does not exist is a mistake: nobody may get a laxer one by a misspelt name. */
export class RevocationScopes {
  readonly #budgets = new Map<string, Budget>();
  readonly #default: Budget;

  constructor(base: RevocationScope, scopes: Readonly<Record<string, RevocationScope>>) {
    this.#default = toBudget(DEFAULT, base);
    this.#budgets.set(DEFAULT, this.#default);
    for (const [scope, own] of Object.entries(scopes)) this.#budgets.set(scope, toBudget(scope, own));
  }

  of(scope: string | undefined): Budget {
    if (scope === undefined) return this.#default;
    const found = this.#budgets.get(scope);
    if (found !== undefined) return found;
    const allowed = [...this.#budgets.keys()].join(', ');
    throw AUTH_ERRORS.create('MILLRACE_AUTH_OPTION_INVALID', { option: 'scope', value: scope, allowed });
  }
}

function toBudget(scope: string, given: RevocationScope): Budget {
  const maxStalenessMs = checkWhole('maxStalenessMs', given.maxStalenessMs ?? DEFAULT_STALENESS_MS, 0, 3_600_000);
  const away = given.maxStalenessAwayMs ?? maxStalenessMs;
  const maxStalenessAwayMs = checkWhole('maxStalenessAwayMs', away, maxStalenessMs, 86_400_000);
  return { scope, maxStalenessMs, maxStalenessAwayMs };
}
