import { CORE_ERRORS } from './core-errors.ts';

/** The names of a set of options, each of them: one that is added to the type and not here does not compile. */
export type OptionNames<Options extends object> = Readonly<Record<keyof Options & string, true>>;

/**
 * Refuses an option that does not exist, so that one which is misspelt does not silently keep its default.
 * @param what whose options they are, e.g. `createCache`
 * @throws MILLRACE_CORE_OPTION_UNKNOWN (context: `option`, and `nearest`, the known name that it is most like)
 * @example
 * interface PumpOptions { readonly ratePerSecond?: number }
 * const PUMP_OPTIONS: OptionNames<PumpOptions> = { ratePerSecond: true };
 * checkOptionNames('createPump', options, PUMP_OPTIONS);
 */
export function checkOptionNames<Options extends object>(
  what: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  for (const option in options) {
    if (Object.hasOwn(known, option)) continue;
    const names = Object.keys(known);
    const context = { what, option, nearest: nearestOf(option, names), known: names.join(', ') };
    throw CORE_ERRORS.create('MILLRACE_CORE_OPTION_UNKNOWN', context);
  }
}

/** The name that the word is a part of (`timeout` of `loadTimeoutMs`), else the one with the fewest letters to change. */
function nearestOf(option: string, names: readonly string[]): string {
  const word = option.toLowerCase();
  const distances = names.map((name) => {
    const isPart = word.length >= 3 && name.toLowerCase().includes(word);
    return isPart ? 0 : editDistance(word, name.toLowerCase());
  });
  return names[distances.indexOf(Math.min(...distances))] ?? '';
}

/** Letters to insert, remove or replace to make one word of the other (Levenshtein 1966), row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (let column = 0; column < to.length; column++) {
      const replaced = row[column]! + (letter === to[column] ? 0 : 1);
      next.push(Math.min(replaced, row[column + 1]! + 1, next[column]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
