/** One finding that may stay, for the reason given. An entry that no longer finds anything is a fault itself. */
export interface Allowance {
  readonly file: string;
  /** Id of the rule, as the finding prints it. */
  readonly rule: string;
  readonly reason: string;
}

export const ALLOWED_SECRETS: readonly Allowance[] = [];

export const ALLOWED_WORDS: readonly Allowance[] = [];
