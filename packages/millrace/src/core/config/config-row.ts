/** What every row of a configuration table says. */
interface RowBase {
  /** The environment variable, then its other names. Two of them set to different values are refused. */
  readonly env: readonly [string, ...string[]];
  /** What it means, in one line. */
  readonly meaning: string;
  /** What the number counts, e.g. `connections`; `seconds` and `minutes` say it themselves. */
  readonly unit?: string;
  /** A value that may stand in its place, told to who set a wrong one; default: the row's default. */
  readonly example?: string;
  /** Never shown in a message. */
  readonly secret?: true;
}

/** Free text. */
export interface TextRow extends RowBase {
  readonly kind: 'string';
  readonly minLength?: number;
  /**
   * Fewest bits that a value must hold by a generous estimate: its entropy by the characters in it and by the steps between
   * them, of the shortest piece that it repeats. Also refuses what samples say, such as `change-me`. For secrets.
   */
  readonly minEntropyBits?: number;
  /** Source of a regular expression that must match the whole value; goes with {@link TextRow.patternMeaning}. */
  readonly pattern?: string;
  readonly patternMeaning?: string;
  readonly default?: string;
  /** Missing: a random value and a warning; where `NODE_ENV` is `production`, refused. */
  readonly generatedInDevelopment?: true;
}

/** A number from `min` to `max`; `int` takes whole ones only. */
export interface NumberRow extends RowBase {
  readonly kind: 'int' | 'number';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** A time. Written, checked and defaulted in the unit the kind names; read as milliseconds. */
export interface DurationRow extends RowBase {
  readonly kind: 'seconds' | 'minutes';
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** true, 1, yes, on; false, 0, no, off; in any case. */
export interface BooleanRow extends RowBase {
  readonly kind: 'boolean';
  readonly default?: boolean;
}

/** One of some words, in any case. */
export interface EnumRow extends RowBase {
  readonly kind: 'enum';
  readonly values: readonly string[];
  /** Other spellings of the values. */
  readonly spellings?: Readonly<Record<string, string>>;
  readonly default?: string;
}

/** An absolute URL. Its password is never shown in a message. */
export interface UrlRow extends RowBase {
  readonly kind: 'url';
  /** With the colon, as `URL.protocol` has it. */
  readonly protocols: readonly string[];
  /** Other spellings of the protocols. */
  readonly spellings?: Readonly<Record<string, string>>;
  readonly default?: string;
}

/** One environment variable and the option it sets. */
export type ConfigRow = TextRow | NumberRow | DurationRow | BooleanRow | EnumRow | UrlRow;

/** Rows by the name of the option that each sets. */
export type ConfigRows = Readonly<Record<string, ConfigRow>>;

/** The type of one row's value. */
type ValueOf<Row extends ConfigRow> = Row extends EnumRow
  ? Row['values'][number]
  : Row extends NumberRow | DurationRow
    ? number
    : Row extends BooleanRow
      ? boolean
      : string;

type Present = { readonly default: string | number | boolean } | { readonly generatedInDevelopment: true };

/** The options that a table's rows give: undefined only where a row has no default. */
export type Config<Rows extends ConfigRows> = {
  readonly [Option in keyof Rows]: ValueOf<Rows[Option]> | (Rows[Option] extends Present ? never : undefined);
};

/** Finds what contradicts itself among the options that were set; gives one line a problem. */
export type Contradiction<Rows extends ConfigRows> = (given: Partial<Config<Rows>>) => readonly string[];

/** A configuration table. */
export interface ConfigTable<Rows extends ConfigRows> {
  readonly rows: Rows;
  readonly contradictions: readonly Contradiction<Rows>[];
}

/**
 * Declares a configuration table. Pure configuration; nothing is read before `readConfig`.
 * @example
 * const TABLE = defineConfig({
 *   poolSize: { env: ['POOL_SIZE'], kind: 'int', min: 1, max: 100, default: 10, meaning: 'open connections' },
 * });
 * readConfig(TABLE, { POOL_SIZE: '20' }).poolSize; // 20
 */
export function defineConfig<const Rows extends ConfigRows>(
  rows: Rows,
  contradictions: readonly Contradiction<Rows>[] = [],
): ConfigTable<Rows> {
  return Object.freeze({ rows: Object.freeze(rows), contradictions: Object.freeze(contradictions) });
}
