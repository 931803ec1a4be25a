import type { InvalidRunReason } from '../prove/index.ts';
import { createNumberFormat } from './number-format.ts';
import type { Texts } from './texts.ts';

/** Why a run is invalid, in the words of a catalogue: what was found, and its bound. */
export function reasonText({ code, values }: InvalidRunReason, texts: Texts): string {
  const format = createNumberFormat(texts);
  const given = new Map<string, string | number>(Object.entries(values));
  return texts.reasons[code].replaceAll(/\{(\w+)\}/g, (place, name: string) => {
    const value = given.get(name);
    if (typeof value !== 'number') return value ?? place;
    return /share$/i.test(name) ? format.share(value) : format.plain(value);
  });
}

/** Several reasons in one line. */
export function reasonsText(reasons: readonly InvalidRunReason[], texts: Texts): string {
  return reasons.map((reason) => reasonText(reason, texts)).join(texts.marks.clause);
}
