import type { ArmFigures, ProofResult, TableRow } from '../prove/index.ts';
import { alignGrid } from './grid.ts';
import { armLabel, errorsText, mismatchCells, mismatchHeader, provenance } from './heading.ts';
import { createNumberFormat, type NumberFormat } from './number-format.ts';
import { reasonsText } from './reason-text.ts';
import type { RenderOptions } from './render-options.ts';
import { EN, type Texts } from './texts.ts';

const RESPONSE = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms'] as const;
const SERVICE = ['p50Ms', 'p95Ms', 'p99Ms'] as const;
const SEND_LAG = ['p50Ms', 'p99Ms'] as const;
const GRADES = ['excellent', 'good', 'acceptable', 'needsWork', 'failed'] as const;

/** The whole result as plain text: table, costs, grades, validity. Lines end without blanks; no colour. */
export function renderTerminalTable(result: ProofResult, { texts = EN }: RenderOptions = {}): string {
  const format = createNumberFormat(texts);
  const head = [`${texts.title} · ${result.name}`, provenance(result, texts), ...factLines(result, texts)];
  const parts = [head];
  if (result.outcome === 'interrupted') parts.push([texts.words.interrupted]);
  if (result.digests.mismatches.length > 0) return join([head, mismatchLines(result, texts)]);
  if (result.rows.length === 0) return join([...parts, [texts.words.noRows]]);
  parts.push(responseLines(result, texts, format), serviceLines(result, texts, format));
  if (result.costs.length > 0) parts.push(costLines(result, texts, format));
  return join([...parts, gradeLines(result, texts, format), verdictLines(result, texts)]);
}

function join(parts: readonly (readonly string[])[]): string {
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function factLines({ facts }: ProofResult, { marks }: Texts): string[] {
  const entries = Object.entries(facts);
  return entries.length === 0 ? [] : [entries.map(([name, value]) => `${name}: ${value}`).join(marks.clause)];
}

function responseLines({ arms, rows }: ProofResult, texts: Texts, format: NumberFormat): string[] {
  const armLine = (label: string, arm: ArmFigures): string[] => {
    return [`  ${label}`, ...RESPONSE.map((name) => format.figure(arm.response[name])), errorsText(arm, texts, format)];
  };
  const ofRow = (row: TableRow): string[][] => [
    [row.label],
    ...row.arms.map((arm, i) => armLine(arms[i]?.label ?? '', arm)),
    ...row.ratios.map((ratios) => [
      `  ${texts.words.ratio}`,
      ...RESPONSE.map((name) => format.ratio(ratios[name])),
      '',
    ]),
  ];
  const header = ['', ...RESPONSE.map((name) => texts.figures[name]), texts.words.requestErrors];
  return [texts.headings.response, ...alignGrid([header, ...rows.flatMap(ofRow)])];
}

function serviceLines({ arms, rows }: ProofResult, texts: Texts, format: NumberFormat): string[] {
  const armLine = (label: string, arm: ArmFigures): string[] => [
    `  ${label}`,
    ...SERVICE.map((name) => format.figure(arm.service[name])),
    ...SEND_LAG.map((name) => format.figure(arm.sendLag[name])),
  ];
  const ofRow = (row: TableRow): string[][] => [
    [row.label],
    ...row.arms.map((arm, i) => armLine(arms[i]?.label ?? '', arm)),
  ];
  const header = [
    '',
    ...SERVICE.map((name) => `${texts.words.service} ${texts.figures[name]}`),
    ...SEND_LAG.map((name) => `${texts.words.sendLag} ${texts.figures[name]}`),
  ];
  return [texts.headings.service, ...alignGrid([header, ...rows.flatMap(ofRow)])];
}

function costLines({ arms, costs }: ProofResult, texts: Texts, format: NumberFormat): string[] {
  const phases = [...new Set(costs.map(({ phase }) => phase))];
  const lines = phases.flatMap((phase) => [
    [`${texts.words.phase} ${phase}`],
    ...costs
      .filter((row) => row.phase === phase)
      .map((row) => {
        const unit = row.unit === 'share' ? 'share' : 'quantity';
        const label = `  ${row.label}${row.unit === 'ms' ? `, ${texts.words.ms}` : ''}`;
        return [
          label,
          ...row.arms.map((figure) => format.figure(figure, unit)),
          ...row.ratios.map((ratio) => (row.unit === 'share' ? '' : format.ratio(ratio))),
        ];
      }),
  ]);
  const header = ['', ...arms.map(({ label }) => label), ...arms.slice(1).map(() => texts.words.ratio)];
  return [texts.headings.costs, ...alignGrid([header, ...lines])];
}

function gradeLines({ arms, rows }: ProofResult, texts: Texts, format: NumberFormat): string[] {
  const armLine = (label: string, { grades }: ArmFigures): string[] => [
    `  ${label}`,
    ...GRADES.map((grade) => (grades === null ? '–' : format.share(grades[grade]))),
  ];
  const ofRow = (row: TableRow): string[][] => [
    [row.label],
    ...row.arms.map((arm, i) => armLine(arms[i]?.label ?? '', arm)),
  ];
  return [
    texts.headings.grades,
    ...alignGrid([['', ...GRADES.map((grade) => texts.grades[grade])], ...rows.flatMap(ofRow)]),
  ];
}

function verdictLines(result: ProofResult, texts: Texts): string[] {
  const { validity, digests } = result;
  const alike = digests.compared && digests.requests > 0 ? [texts.digests(digests.requests)] : [];
  if (validity.invalid.length === 0) return [...alike, texts.valid(validity.runs)];
  const runs = validity.invalid.map(
    (run) => `  ${texts.invalidRun(run.round + 1, armLabel(result, run.arm), run, reasonsText(run.reasons, texts))}`,
  );
  return [...alike, texts.invalid(validity.invalid.length, validity.runs), ...runs];
}

function mismatchLines(result: ProofResult, texts: Texts): string[] {
  const { digests } = result;
  const header = [texts.words.request, texts.words.path, ...mismatchHeader(result)];
  const lines = digests.mismatches.map((one) => [one.request, one.path, ...mismatchCells(result, one)]);
  return [texts.differing(digests.mismatches.length), ...alignGrid([header, ...lines])];
}
