/** One finding that may stay, for the reason given. An entry that no longer finds anything is a fault itself. */
export interface Allowance {
  readonly file: string;
  /** Id of the rule, as the finding prints it. */
  readonly rule: string;
  readonly reason: string;
}

export const ALLOWED_SECRETS: readonly Allowance[] = [
  {
    file: 'packages/millrace/src/core/config/service-config.test.ts',
    rule: 'assignment',
    reason: 'values that the configuration table reads in tests; nothing is ever opened with them',
  },
  {
    file: 'scripts/services/attached-postgres.test.ts',
    rule: 'database-connection-string',
    reason: 'URLs of ports on which nothing listens, to see that no message repeats their passwords',
  },
  {
    file: 'scripts/services/guard.test.ts',
    rule: 'assignment',
    reason: 'a word that the test looks for in an environment where it must not be',
  },
];

export const ALLOWED_WORDS: readonly Allowance[] = [];
