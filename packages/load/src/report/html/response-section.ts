import type { ArmFigures, TableRow } from '../../prove/index.ts';
import { tableCaption } from '../heading.ts';
import { type Markup, markup } from '../markup.ts';
import { ABSENT } from '../number-format.ts';
import { remarkLines } from '../remark-text.ts';
import { fillTemplate } from '../template.ts';
import { invalidArms, markedRow } from '../verdict.ts';
import type { Page, PageArm } from './page.ts';
import { groupHead, line, table } from './table.ts';

const RESPONSE = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms', 'maxMs'] as const;
const SERVICE = ['p50Ms', 'p95Ms', 'p99Ms'] as const;
const LAGS = ['sendLag', 'scheduleLag'] as const;
const LAG_FIGURES = ['p50Ms', 'p99Ms'] as const;

/** Errors and response times of each row: a line an arm, and one for each quotient. */
export function responseSection(page: Page): Markup {
  const { result, texts } = page;
  const header = [texts.words.arm, texts.words.requestErrors, ...RESPONSE.map((name) => texts.figures[name])];
  const lines = result.rows.flatMap((row) => responseLines(row, header.length, page));
  const remarks = remarkLines(result, texts).map((remark) => markup`<p>${remark}</p>`);
  return markup`<section><h2>${texts.headings.response}</h2>${table(tableCaption(texts), header, lines)}${remarks}</section>`;
}

function responseLines(row: TableRow, columns: number, page: Page): Markup[] {
  const { format, last } = page;
  return [
    rowHead(row, columns, page),
    ...armLines(row, page, (figures) => [
      errorsCell(figures, page),
      ...RESPONSE.map((name) => format.figure(figures.response[name])),
    ]),
    ...row.ratios.flatMap((ratios, i) => {
      if (!isShown(row, i, page)) return [];
      const quotients = RESPONSE.map((name) => format.ratio(ratios[name]));
      return [line(`${page.arms[i]?.label} ÷ ${last}`, ['', ...quotients], 'ratio')];
    }),
  ];
}

/** An ablation's arms run one scenario each: where one did not run it has no line. */
function isShown({ arms }: TableRow, arm: number, { result }: Page): boolean {
  const figures = arms[arm];
  return figures !== undefined && (result.kind === 'proof' || figures.requests > 0);
}

function errorsCell({ requests, errors, errorShare, resent }: ArmFigures, { texts, format }: Page): string | Markup {
  if (requests === 0) return `${ABSENT} ${texts.labels.skipped}`;
  const said = texts.errors(format.count(errors), format.count(requests), format.share(errorShare.value ?? 0));
  if (resent === 0) return markup`${said}`;
  return markup`${said} <small>${fillTemplate(texts.load.resent, { count: resent }, format)}</small>`;
}

/** Service time and both lags of each row. */
export function serviceSection(page: Page): Markup {
  const { result, texts, format } = page;
  const header = [
    texts.words.arm,
    ...SERVICE.map((name) => `${texts.words.service} ${texts.figures[name]}`),
    ...LAGS.flatMap((lag) => LAG_FIGURES.map((name) => `${texts.words[lag]} ${texts.figures[name]}`)),
  ];
  const lines = result.rows.flatMap((row) => [
    rowHead(row, header.length, page),
    ...armLines(row, page, (figures) => [
      ...SERVICE.map((name) => format.figure(figures.service[name])),
      ...LAGS.flatMap((lag) => LAG_FIGURES.map((name) => format.figure(figures[lag][name]))),
    ]),
  ]);
  return markup`<section><h2>${texts.headings.service}</h2>${table(tableCaption(texts), header, lines)}</section>`;
}

function rowHead(row: TableRow, columns: number, { result, texts }: Page): Markup {
  return groupHead(markedRow(result, row, texts), columns);
}

function armLines(row: TableRow, page: Page, cells: (figures: ArmFigures) => (string | Markup)[]): Markup[] {
  const invalid = invalidArms(page.result, row);
  const head = ({ id, label, kind }: PageArm): Markup =>
    markup`<span class="dot ${kind}"></span>${invalid.has(id) ? '! ' : ''}${label}`;
  return page.arms.flatMap((arm, i) => {
    const figures = row.arms[i];
    return figures === undefined || !isShown(row, i, page) ? [] : [line(head(arm), cells(figures))];
  });
}
