import type { ProofResult } from '../../prove/index.ts';
import { type SeriesKind, seriesKind } from '../charts/index.ts';
import { armLabels } from '../heading.ts';
import { createNumberFormat, type NumberFormat } from '../number-format.ts';
import type { Texts } from '../texts.ts';

/** One arm as the page shows it. */
export interface PageArm {
  readonly id: string;
  readonly label: string;
  readonly kind: SeriesKind;
}

/** What the sections of the page share. */
export interface Page {
  readonly result: ProofResult;
  readonly texts: Texts;
  readonly format: NumberFormat;
  /** In the order of the result. */
  readonly arms: readonly PageArm[];
  /** Label of the last arm. */
  readonly last: string;
}

/** A result in one language. */
export function createPage(result: ProofResult, texts: Texts): Page {
  const labels = armLabels(result, texts);
  const arms = result.arms.map(({ id }, i) => ({
    id,
    label: labels[i] ?? id,
    kind: seriesKind(i, result.arms.length),
  }));
  return { result, texts, format: createNumberFormat(texts), arms, last: labels.at(-1) ?? '' };
}
