import type { ArmFigures, GradeShares, TableRow } from '../../prove/index.ts';
import type { AnsweredTimes } from '../../result/index.ts';
import { distributionChart, gradeBar, seriesLegend } from '../charts/index.ts';
import { type Markup, markup } from '../markup.ts';
import { markedRow } from '../verdict.ts';
import type { Page } from './page.ts';

const GRADES: readonly (keyof GradeShares)[] = ['excellent', 'good', 'acceptable', 'needsWork', 'failed'];

/** A chart a row: the share of all requests answered well within a time, a curve an arm. */
export function distributionSection(page: Page): Markup {
  const { result, texts, format, arms } = page;
  const charts = result.rows.map((row) => {
    const label = markedRow(result, row, texts);
    const series = arms.flatMap((arm, i) => {
      const figures = row.arms[i];
      return figures === undefined ? [] : [{ ...arm, ...answeredOf(figures) }];
    });
    const chart = distributionChart({
      title: `${label}${texts.marks.colon}${texts.headings.distributions}`,
      series,
      timeName: texts.words.milliseconds,
      writeTime: format.plain,
      writeShare: format.share,
    });
    return markup`<figure><figcaption>${label}</figcaption>${chart}</figure>`;
  });
  return markup`<section><h2>${texts.headings.distributions}</h2>${seriesLegend(arms)}<div class="charts">${charts}</div></section>`;
}

function answeredOf({ distribution, requests, errors, censoredFromUs = 0 }: ArmFigures): AnsweredTimes {
  return { times: distribution, answered: requests - errors, requests, censoredFromUs };
}

/** The share of the requests in each grade: a bar an arm under each row. */
export function gradeSection(page: Page): Markup {
  const { result, texts } = page;
  const legend = GRADES.map(
    (grade) => markup`<span class="key"><span class="patch ${grade}"></span>${texts.grades[grade]}</span> `,
  );
  return markup`<section><h2>${texts.headings.grades}</h2><p class="legend">${legend}</p>
<div class="charts">${result.rows.map((row) => gradeBars(row, page))}</div></section>`;
}

function gradeBars(row: TableRow, { result, texts, format, arms }: Page): Markup {
  const label = markedRow(result, row, texts);
  const bars = arms.flatMap((arm, i) => {
    const grades = row.arms[i]?.grades ?? undefined;
    if (grades === undefined) return [];
    const parts = GRADES.map((kind) => ({ kind, share: grades[kind], text: format.share(grades[kind]) }));
    const said = parts
      .filter(({ share }) => share > 0)
      .map(({ kind, text }) => `${texts.grades[kind]}${texts.marks.colon}${text}`)
      .join(texts.marks.clause);
    const shares = parts.map(({ text }) => text).join(' / ');
    const title = `${label} · ${arm.label}${texts.marks.colon}${said}`;
    return [
      markup`<p class="bar-label"><strong>${arm.label}</strong> <small>${shares}</small></p>${gradeBar(title, parts)}`,
    ];
  });
  return markup`<figure><figcaption>${label}</figcaption>${bars}</figure>`;
}
