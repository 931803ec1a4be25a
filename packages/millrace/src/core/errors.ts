/** One row of an error table: what is said, and how to mend it. `{name}` is filled from the parameters. */
export interface ErrorRow {
  /** What went wrong, in one line. */
  readonly message: string;
  /** What the reader can do about it, in one line. */
  readonly mend: string;
  /** The HTTP status an adapter answers with; absent when the error never reaches a client. */
  readonly status?: number;
}

/** Values for the `{name}` places of a row; kept on the error as `context`. */
export type ErrorContext = Readonly<Record<string, string | number>>;

const BRAND: unique symbol = Symbol.for('millrace.error') as never;

/**
 * Base of every error Millrace throws. Branch on `code`, never on the text.
 * `instanceof` holds across two copies of the package in one process.
 */
export class MillraceError<Code extends string = string> extends Error {
  /** Stable, `MILLRACE_` + area + cause; listed in the error reference. */
  readonly code: Code;
  /** How to mend it, in one line. */
  readonly mend: string;
  /** HTTP status for adapters, when the row has one. */
  readonly status: number | undefined;
  /** The values the message was made from. */
  readonly context: ErrorContext;

  constructor(code: Code, row: ErrorRow, context: ErrorContext = {}, cause?: unknown) {
    super(fill(row.message, context), cause === undefined ? undefined : { cause });
    this.name = 'MillraceError';
    this.code = code;
    this.mend = fill(row.mend, context);
    this.status = row.status;
    this.context = context;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== MillraceError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

/** A feature's errors: its rows, and the one way to make them. */
export interface ErrorTable<Code extends string> {
  /** The rows by code, frozen. */
  readonly rows: Readonly<Record<Code, ErrorRow>>;
  /** Makes (does not throw) the error of `code`. */
  create(code: Code, context?: ErrorContext, cause?: unknown): MillraceError<Code>;
}

/**
 * Declares a feature's errors. Pure configuration. Every code reads `MILLRACE_<AREA>_<CAUSE>`.
 * @example
 * const ERRORS = defineErrors({ MILLRACE_DEMO_FULL: { message: 'queue of {size} is full', mend: 'raise `maxQueue`', status: 503 } });
 * throw ERRORS.create('MILLRACE_DEMO_FULL', { size: 10 });
 */
export function defineErrors<const Code extends `MILLRACE_${string}_${string}`>(
  rows: Record<Code, ErrorRow>,
): ErrorTable<Code> {
  const frozen = Object.freeze({ ...rows });
  for (const code in frozen) Object.freeze(frozen[code]);
  return { rows: frozen, create: (code, context, cause) => new MillraceError(code, frozen[code], context, cause) };
}

function fill(text: string, context: ErrorContext): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(context, name) ? String(context[name]) : whole,
  );
}
