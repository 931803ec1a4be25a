import type { ArmCapacity, CapacityRow, CapacityStep } from '../../prove/index.ts';
import { capacityText, sloText, stepP99Text } from '../capacity-text.ts';
import { type CapacitySeries, capacityChart, seriesLegend } from '../charts/index.ts';
import { localText } from '../local-text.ts';
import { type Markup, markup } from '../markup.ts';
import { ABSENT } from '../number-format.ts';
import type { Page } from './page.ts';
import { foldedTable, groupHead, line, table } from './table.ts';

/** How far each arm can go: P99 and errors over the offered rate, the capacities, and every step of the search. */
export function capacitySection(page: Page): Markup {
  const { result, texts } = page;
  if (result.capacity.length === 0) return markup``;
  return markup`<section><h2>${texts.headings.capacity}</h2>${seriesLegend(page.arms)}
${result.capacity.map((row) => searched(row, page))}</section>`;
}

function searched(row: CapacityRow, page: Page): Markup {
  const { texts, format, arms, last } = page;
  const label = localText(row.label, texts);
  const slo = sloText(row, texts, format);
  const chart = (name: string, limit: number, scale: 'linear' | 'log', read: (step: CapacityStep) => number | null) =>
    capacityChart({
      title: `${label}${texts.marks.colon}${name}`,
      series: row.arms.map((arm) => seriesOf(arm, read, page)),
      slo: limit,
      sloText: `${texts.words.slo} ${scale === 'log' ? format.plain(limit) : format.share(limit)}`,
      rateName: texts.words.offered,
      scale,
      write: scale === 'log' ? format.plain : format.plainShare,
      writeRate: format.plain,
    });
  const p99 = `${texts.figures.p99Ms}${texts.marks.comma}${texts.words.ms}`;
  const capacities = row.arms.map((arm, i) => {
    const ratio = row.ratios[i];
    const shown = arms.find(({ id }) => id === arm.arm);
    const quotient =
      ratio === undefined
        ? ''
        : `${texts.marks.clause}${last} ÷ ${shown?.label}${texts.marks.colon}${format.ratio(ratio)}`;
    return markup`<li><span class="dot ${shown?.kind}"></span>${shown?.label}${texts.marks.colon}<strong>${capacityText(arm, texts, format)}</strong>${quotient}</li>`;
  });
  return markup`<h3>${label}</h3><p>${slo}</p><ul class="plain">${capacities}</ul>
<div class="charts"><figure><figcaption>${p99}</figcaption>${chart(p99, row.slo.p99Ms, 'log', ({ p99Ms }) => p99Ms)}</figure>
<figure><figcaption>${texts.words.requestErrors}</figcaption>${chart(texts.words.requestErrors, row.slo.errorShare, 'linear', ({ errorShare }) => errorShare)}</figure></div>
${stepTable(row, page)}`;
}

function seriesOf(arm: ArmCapacity, read: (step: CapacityStep) => number | null, page: Page): CapacitySeries {
  const { arms, texts, format } = page;
  const shown = arms.find(({ id }) => id === arm.arm);
  return {
    label: shown?.label ?? arm.arm,
    kind: shown?.kind ?? 'after',
    points: arm.steps.map((step) => ({
      ratePerSecond: step.ratePerSecond,
      value: read(step),
      outcome: step.outcome,
    })),
    capacity: arm.perSecond.value,
    atLeast: arm.perSecond.bound === 'at-least',
    capacityText: capacityText(arm, texts, format),
  };
}

function stepTable(row: CapacityRow, { texts, format, arms }: Page): Markup {
  const { words, figures, marks, outcomes } = texts;
  const header = [words.offered, `${figures.p99Ms}${marks.comma}${words.ms}`, words.requestErrors, words.outcome];
  const lines = row.arms.flatMap(({ arm, steps }) => [
    groupHead(arms.find(({ id }) => id === arm)?.label ?? arm, header.length),
    ...steps.map((step) =>
      line(format.quantity(step.ratePerSecond), [
        stepP99Text(step, format),
        step.errorShare === null ? ABSENT : format.share(step.errorShare),
        outcomes[step.outcome],
      ]),
    ),
  ]);
  return foldedTable(texts.words.asTable, table(texts.words.labels, header, lines));
}
