import { randomBytes } from 'node:crypto';
import type { Config, ConfigRow, ConfigRows, ConfigTable } from './config-row.ts';
import { allowedText, type ConfigValue, defaultValue, parseValue, shownValue } from './config-value.ts';
import { CONFIG_ERRORS } from './errors.ts';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options of {@link readConfig}. */
export interface ReadConfigOptions {
  /** Gets one line for each value that was made up; default: a process warning. */
  readonly warn?: (line: string) => void;
  /** Makes a secret that nobody set; default: 32 random bytes as base64url. */
  readonly generateSecret?: () => string;
}

/**
 * Reads all options of a table from the environment. A variable that is empty counts as not set.
 *
 * Everything is checked before anything is refused, so one start tells all that is wrong.
 * @returns the options, frozen
 * @throws MILLRACE_CONFIG_INVALID with one line a problem: variable, bad value (secrets masked), what is allowed, how to mend it
 */
export function readConfig<Rows extends ConfigRows>(
  table: ConfigTable<Rows>,
  env: Environment,
  options: ReadConfigOptions = {},
): Config<Rows> {
  const reading = new Reading(env, options);
  for (const [option, row] of Object.entries(table.rows)) reading.read(option, row);
  const given = Object.fromEntries(reading.given) as Partial<Config<Rows>>;
  for (const contradictions of table.contradictions) reading.problems.push(...contradictions(given));
  if (reading.problems.length > 0) {
    throw CONFIG_ERRORS.create('MILLRACE_CONFIG_INVALID', { problems: reading.problems.join('\n') });
  }
  return Object.freeze(Object.fromEntries(reading.values)) as Config<Rows>;
}

class Reading {
  readonly values = new Map<string, ConfigValue | undefined>();
  /** The values that the environment set. */
  readonly given = new Map<string, ConfigValue>();
  readonly problems: string[] = [];
  readonly #env: Environment;
  readonly #options: ReadConfigOptions;

  constructor(env: Environment, options: ReadConfigOptions) {
    this.#env = env;
    this.#options = options;
  }

  read(option: string, row: ConfigRow): void {
    const set = row.env.filter((name) => (this.#env[name] ?? '') !== '');
    const [variable, other] = set;
    if (variable === undefined) {
      this.#readMissing(option, row);
      return;
    }
    const text = this.#env[variable] as string;
    if (other !== undefined && set.some((name) => this.#env[name] !== text)) {
      this.problems.push(`${set.join(' and ')} differ; allowed: one value; remove ${other}`);
    }
    const value = parseValue(row, text);
    if (value === undefined) {
      const fix = mendText(row, variable);
      this.problems.push(`${variable} is ${shownValue(row, text)}; allowed: ${allowedText(row)}; ${fix}`);
      return;
    }
    this.values.set(option, value);
    this.given.set(option, value);
  }

  #readMissing(option: string, row: ConfigRow): void {
    if (!('generatedInDevelopment' in row)) {
      this.values.set(option, defaultValue(row));
      return;
    }
    const [variable] = row.env;
    if (this.#env.NODE_ENV === 'production') {
      const fix = mendText(row, variable);
      this.problems.push(`${variable} is not set; allowed in production: ${allowedText(row)}; ${fix}`);
      return;
    }
    this.values.set(option, (this.#options.generateSecret ?? randomSecret)());
    const warn = this.#options.warn ?? ((line) => process.emitWarning(line));
    warn(
      `${variable} is not set: a random value is used until the process ends; production refuses to start like this`,
    );
  }
}

function mendText(row: ConfigRow, variable: string): string {
  const sample = row.example ?? row.default;
  const set = sample === undefined ? `set ${variable} to such a value` : `set ${variable}=${sample}`;
  return 'generatedInDevelopment' in row ? set : `${set} or leave it out`;
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
