import { CACHE_ERRORS } from '../errors.ts';

/** What a schema says of a value: the value as it is to be used, or what is wrong with it. */
export type StandardSchemaResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly unknown[] };

/** A schema of any library that follows Standard Schema v1, as far as it is used. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    validate(value: unknown): StandardSchemaResult | Promise<StandardSchemaResult>;
  };
}

/**
 * Looks at a value that was read: a Standard Schema, or a function that answers `true` or `false`, or with the value to use
 * in place of the one read. It may answer with a promise. To throw is to answer `false`, and so is `undefined`.
 */
export type ValueCheck = StandardSchema | ((value: unknown) => unknown);

/** The value to use, or undefined when it was refused. */
export type Checked = { readonly value: unknown } | undefined;

/** Asks a check. Never throws, and its promise never rejects. */
export type AskCheck = (value: unknown) => Checked | Promise<Checked>;

/** Makes one of both kinds of check. @throws MILLRACE_CACHE_OPTION_INVALID */
export function askCheck(check: ValueCheck | undefined): AskCheck {
  if (check === undefined) return (value) => ({ value });
  // First: the schemas of some libraries are functions too.
  const standard = (check as Partial<StandardSchema> | null)?.['~standard'];
  if (standard !== undefined) return (value) => settle(() => standard.validate(value), ofSchema);
  if (typeof check === 'function')
    return (value) =>
      settle(
        () => check(value),
        (answer) => ofFunction(answer, value),
      );
  const allowed = 'a function or a Standard Schema';
  throw CACHE_ERRORS.create('MILLRACE_CACHE_OPTION_INVALID', { option: 'validate', value: typeof check, allowed });
}

function settle<Answer>(
  ask: () => Answer | PromiseLike<Answer>,
  judge: (answer: Answer) => Checked,
): Checked | Promise<Checked> {
  try {
    const answer = ask();
    if (!isPromise(answer)) return judge(answer);
    return new Promise<Answer>((resolve) => resolve(answer)).then(judge).catch(() => undefined);
  } catch {
    return undefined;
  }
}

/** Not every library makes promises of the language's own kind. */
function isPromise<Answer>(answer: Answer | PromiseLike<Answer>): answer is PromiseLike<Answer> {
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}

function ofSchema(result: StandardSchemaResult): Checked {
  return result.issues === undefined && result.value !== undefined ? { value: result.value } : undefined;
}

function ofFunction(answer: unknown, value: unknown): Checked {
  if (answer === true) return { value };
  return answer === false || answer === undefined ? undefined : { value: answer };
}
