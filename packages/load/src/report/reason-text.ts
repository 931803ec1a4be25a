import type { InvalidRunReason } from '../prove/index.ts';
import { createNumberFormat } from './number-format.ts';
import { fillTemplate } from './template.ts';
import type { Texts } from './texts.ts';

/** Why a run is invalid, in the words of a catalogue: what was found, and its bound. */
export function reasonText({ code, values }: InvalidRunReason, texts: Texts): string {
  return fillTemplate(texts.reasons[code], { ...values }, createNumberFormat(texts));
}

/** Several reasons in one line. */
export function reasonsText(reasons: readonly InvalidRunReason[], texts: Texts): string {
  return reasons.map((reason) => reasonText(reason, texts)).join(texts.marks.clause);
}
