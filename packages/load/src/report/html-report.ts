import type { ArmFigures, ProofResult, TableRow } from '../prove/index.ts';
import { distributionChart, gradeBar, gradeLegend } from './chart.ts';
import { armLabel, errorsText, mismatchCells, mismatchHeader, provenance } from './heading.ts';
import { STYLE } from './html-style.ts';
import { Markup, markup } from './markup.ts';
import { createNumberFormat, type NumberFormat } from './number-format.ts';
import { reasonsText } from './reason-text.ts';
import type { RenderOptions } from './render-options.ts';
import { EN, type Texts } from './texts.ts';

const RESPONSE = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const;
const SERVICE = ['p50Ms', 'p95Ms', 'p99Ms'] as const;
const SEND_LAG = ['p50Ms', 'p99Ms'] as const;

/** What the sections share. */
interface Page {
  readonly result: ProofResult;
  readonly texts: Texts;
  readonly format: NumberFormat;
}

/**
 * The result as one HTML file: no script, no external resource (its content policy forbids them), everything escaped,
 * light and dark, charts as inline SVG.
 */
export function renderHtmlReport(result: ProofResult, { texts = EN }: RenderOptions = {}): string {
  const page = { result, texts, format: createNumberFormat(texts) };
  const title = `${texts.title} · ${result.name}`;
  return markup`<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<h1>${title}</h1>
<p class="quiet">${provenance(result, texts)}${texts.marks.stop}</p>
${result.outcome === 'interrupted' ? markup`<p class="warning">${texts.words.interrupted}</p>` : undefined}
${result.digests.mismatches.length > 0 ? mismatches(page) : measured(page)}
${facts(page)}
</body>
</html>
`.text;
}

function measured(page: Page): Markup {
  const { result, texts } = page;
  if (result.rows.length === 0) return markup`<p class="warning">${texts.words.noRows}</p>`;
  return markup`${validityNote(page)}
${responseTable(page)}
<h2>${texts.headings.distributions}</h2>
<div class="charts">
${result.rows.map((row) => markup`<section><h3>${row.label}</h3>${distributionChart(row, result, texts, page.format)}</section>`)}
</div>
${grades(page)}
${serviceTable(page)}
${costTable(page)}`;
}

function table(header: readonly string[], lines: readonly Markup[]): Markup {
  return markup`<div class="scroll"><table><thead><tr>${header.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${lines}</tbody></table></div>`;
}

function line(cells: readonly string[], kind = ''): Markup {
  return markup`<tr class="${kind}">${cells.map((cell) => markup`<td>${underlined(cell)}</td>`)}</tr>
`;
}

/** What stands in brackets, a spread or a share, goes below the figure, so that columns stay narrow. */
function underlined(cell: string): Markup {
  const [, figure, bracket] = /^(.+) \((.+)\)$/.exec(cell) ?? [];
  return figure === undefined ? markup`${cell}` : markup`${figure} <small>(${bracket})</small>`;
}

function rowHead(label: string, columns: number): Markup {
  return markup`<tr class="row"><th scope="rowgroup" colspan="${columns}">${label}</th></tr>
`;
}

function responseTable({ result, texts, format }: Page): Markup {
  const { arms, rows } = result;
  const header = [texts.words.arm, texts.words.requestErrors, ...RESPONSE.map((name) => texts.figures[name])];
  const armLine = (label: string, arm: ArmFigures): Markup => {
    return line([label, errorsText(arm, texts, format), ...RESPONSE.map((name) => format.figure(arm.response[name]))]);
  };
  const ofRow = (row: TableRow): Markup[] => [
    rowHead(row.label, header.length),
    ...row.arms.map((arm, i) => armLine(arms[i]?.label ?? '', arm)),
    ...row.ratios.map((ratios) =>
      line([texts.words.ratio, '', ...RESPONSE.map((name) => format.ratio(ratios[name]))], 'ratio'),
    ),
  ];
  return markup`<h2>${texts.headings.response}</h2>${table(header, rows.flatMap(ofRow))}`;
}

function serviceTable({ result, texts, format }: Page): Markup {
  const { arms, rows } = result;
  const header = [
    texts.words.arm,
    ...SERVICE.map((name) => `${texts.words.service} ${texts.figures[name]}`),
    ...SEND_LAG.map((name) => `${texts.words.sendLag} ${texts.figures[name]}`),
  ];
  const armLine = (label: string, { service, sendLag }: ArmFigures): Markup =>
    line([
      label,
      ...SERVICE.map((name) => format.figure(service[name])),
      ...SEND_LAG.map((name) => format.figure(sendLag[name])),
    ]);
  const ofRow = (row: TableRow): Markup[] => [
    rowHead(row.label, header.length),
    ...row.arms.map((arm, i) => armLine(arms[i]?.label ?? '', arm)),
  ];
  return markup`<h2>${texts.headings.service}</h2>${table(header, rows.flatMap(ofRow))}`;
}

function costTable({ result, texts, format }: Page): Markup {
  const { arms, costs } = result;
  if (costs.length === 0) return markup``;
  const header = [texts.words.cost, ...arms.map(({ label }) => label), ...arms.slice(1).map(() => texts.words.ratio)];
  const phases = [...new Set(costs.map(({ phase }) => phase))];
  const lines = phases.flatMap((phase) => [
    rowHead(`${texts.words.phase} ${phase}`, header.length),
    ...costs
      .filter((row) => row.phase === phase)
      .map((row) => {
        const unit = row.unit === 'share' ? 'share' : 'quantity';
        return line([
          `${row.label}${row.unit === 'ms' ? `, ${texts.words.ms}` : ''}`,
          ...row.arms.map((figure) => format.figure(figure, unit)),
          ...row.ratios.map((ratio) => (row.unit === 'share' ? '' : format.ratio(ratio))),
        ]);
      }),
  ]);
  return markup`<h2>${texts.headings.costs}</h2>${table(header, lines)}`;
}

function grades({ result, texts, format }: Page): Markup {
  const { arms, rows } = result;
  const bars = (row: TableRow): Markup => markup`<h3>${row.label}</h3>
${row.arms.map(({ grades }, i) => (grades === null ? undefined : gradeBar(grades, arms[i]?.label ?? '', texts, format)))}`;
  return markup`<h2>${texts.headings.grades}</h2>${gradeLegend(texts)}${rows.map(bars)}`;
}

function validityNote({ result, texts }: Page): Markup {
  const { validity, digests } = result;
  const alike =
    digests.compared && digests.requests > 0 ? markup`<p>${texts.digests(digests.requests)}</p>` : undefined;
  if (validity.invalid.length === 0) return markup`${alike}<p>${texts.valid(validity.runs)}</p>`;
  const runs = validity.invalid.map(
    (run) =>
      markup`<li>${texts.invalidRun(run.round + 1, armLabel(result, run.arm), run, reasonsText(run.reasons, texts))}</li>`,
  );
  return markup`${alike}<div class="warning"><p>${texts.invalid(validity.invalid.length, validity.runs)}</p><ul>${runs}</ul></div>`;
}

function mismatches({ result, texts }: Page): Markup {
  const { digests } = result;
  const header = [texts.words.request, texts.words.path, ...mismatchHeader(result)];
  const lines = digests.mismatches.map((one) => {
    const cells = [one.request, one.path, ...mismatchCells(result, one)];
    return markup`<tr>${cells.map((cell) => markup`<td class="words">${cell}</td>`)}</tr>`;
  });
  return markup`<p class="warning">${texts.differing(digests.mismatches.length)}</p>
<h2>${texts.headings.digests}</h2>${table(header, lines)}`;
}

function facts({ result, texts }: Page): Markup {
  const { machine } = result;
  const entries: [string, string][] = [
    ...Object.entries(result.facts),
    [texts.words.machine, texts.machine(machine.cpu, machine.cores, machine.memoryGb)],
    [texts.words.date, result.startedAt],
    [texts.words.seed, String(result.seed)],
  ];
  const lines = entries.map(([name, value]) => markup`<tr><td>${name}</td><td class="words">${value}</td></tr>`);
  return markup`<h2>${texts.headings.facts}</h2><div class="scroll"><table><tbody>${lines}</tbody></table></div>`;
}
