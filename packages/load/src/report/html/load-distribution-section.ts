import { responseTimesOf, type Samples, type StepResult, serviceTimesOf } from '../../result/index.ts';
import { type DistributionSeries, distributionChart, seriesLegend } from '../charts/index.ts';
import { type Markup, markup } from '../markup.ts';
import type { LoadPage } from './load-page.ts';

/** More charts than this say less than the table does. */
const MOST_STEPS = 12;

/** Share of the requests answered within a time: all of them, then each step where there are several. */
export function loadDistributionSection(page: LoadPage): Markup {
  const { result, texts } = page;
  const steps = Object.entries(result.steps);
  const shown: (readonly [string, StepResult])[] =
    steps.length === 1 ? steps : [[texts.load.all, result.total], ...steps.slice(0, MOST_STEPS)];
  const charts = shown.flatMap(([name, step]) => stepFigure(name, step, page));
  if (charts.length === 0) return markup``;
  const legend = seriesLegend(seriesOf(result.total, page));
  return markup`<section><h2>${texts.headings.distributions}</h2>${legend}<div class="charts">${charts}</div></section>`;
}

function stepFigure(name: string, step: StepResult, page: LoadPage): Markup[] {
  const { texts, format } = page;
  const series = seriesOf(step, page);
  if (series.every(({ times }) => times.count === 0)) return [];
  const chart = distributionChart({
    title: `${name}${texts.marks.colon}${texts.headings.distributions}`,
    series,
    timeName: texts.words.milliseconds,
    writeTime: format.plain,
    writeShare: format.share,
  });
  return [markup`<figure><figcaption>${name}</figcaption>${chart}</figure>`];
}

/** Response time, and what of it the service took. */
function seriesOf(step: StepResult, { texts }: LoadPage): DistributionSeries[] {
  const answered = ({ histogram, censoredFromUs = 0 }: Samples) => ({
    times: histogram,
    censoredFromUs,
    answered: step.ok,
    requests: step.responseTimeUs.count,
  });
  return [
    { label: texts.words.service, kind: 'before', ...answered(serviceTimesOf(step)) },
    { label: texts.load.response, kind: 'after', ...answered(responseTimesOf(step)) },
  ];
}
