import type { ProofResult } from '../prove/index.ts';
import type { ServiceRemark } from '../result/index.ts';
import { armLabels } from './heading.ts';
import { localText } from './local-text.ts';
import { createNumberFormat } from './number-format.ts';
import { fillTemplate } from './template.ts';
import type { Texts } from './texts.ts';

/** What is to be said of a service, in the words of a catalogue. */
export function remarkText({ code, values }: ServiceRemark, texts: Texts): string {
  return fillTemplate(texts.load.remarks[code], { ...values }, createNumberFormat(texts));
}

/** The remarks on each arm of each row, for below their table. */
export function remarkLines(result: ProofResult, texts: Texts): string[] {
  const labels = armLabels(result, texts);
  const { colon, comma } = texts.marks;
  return result.rows.flatMap(({ label, arms }) =>
    arms.flatMap(({ remarks }, i) => {
      const where = `${localText(label, texts)}${comma}${labels[i]}`;
      return remarks.map((remark) => `${texts.words.note}${colon}${where}${colon}${remarkText(remark, texts)}`);
    }),
  );
}
