import { createNumberFormat, type NumberFormat } from '../number-format.ts';
import type { Texts } from '../texts.ts';

/** The words and numbers of one language. */
export interface LoadStyle {
  readonly texts: Texts;
  readonly format: NumberFormat;
}

/** Words and numbers in the language of a catalogue. */
export function createLoadStyle(texts: Texts): LoadStyle {
  return { texts, format: createNumberFormat(texts) };
}
