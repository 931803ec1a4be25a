import type { SelfTestCheck, SelfTestResult } from '../selftest/index.ts';
import { alignGrid } from './grid.ts';
import { ABSENT, createNumberFormat, type NumberFormat } from './number-format.ts';
import { reasonsText } from './reason-text.ts';
import type { RenderOptions } from './render-options.ts';
import type { SelfTestTexts } from './self-test-texts.ts';
import { fillTemplate } from './template.ts';
import { EN, type Texts } from './texts.ts';

interface Style {
  readonly texts: Texts;
  readonly words: SelfTestTexts;
  readonly format: NumberFormat;
}

/**
 * A self-test as plain text: the verdict, each error beside its goal, why runs were invalid. No colour.
 * @example
 * process.stdout.write(renderSelfTest(await runSelfTest(), { texts: CATALOGUES['zh-CN'] }));
 */
export function renderSelfTest(result: SelfTestResult, { texts = EN }: RenderOptions = {}): string {
  const words = texts.selfTest;
  const style: Style = { texts, words, format: createNumberFormat(texts) };
  const { checks, reasons, verdict } = result;
  const met = checks.filter((check) => check.met).length;
  const counts = { met, missed: checks.length - met, checks: checks.length };
  const parts = [
    [`${words.title}${texts.marks.colon}${fillTemplate(words.summaries[verdict], counts, style.format)}`],
    alignGrid([Object.values(words.columns), ...checks.map((check) => cellsOf(check, style))]),
    [words.method, ...(reasons.length === 0 ? [] : [`! ${reasonsText(reasons, texts)}`])],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function cellsOf(check: SelfTestCheck, { texts, words, format }: Style): string[] {
  const { part, condition, figure, errorUnit, error, goal, met } = check;
  const isTime = figure !== 'samples' && figure !== 'achieved';
  const decimals = isTime ? 2 : figure === 'achieved' ? 4 : 0;
  const number = (value: number, digits: number): string =>
    Number.isFinite(value)
      ? value.toLocaleString(texts.language, { minimumFractionDigits: digits, maximumFractionDigits: digits })
      : ABSENT;
  const written = (value: number): string => {
    if (errorUnit === 'share') return `${number(value * 100, figure === 'achieved' ? 2 : 1)} %`;
    return errorUnit === 'ms' ? `${number(value, 2)} ms` : number(value, 0);
  };
  const name = figure in words.figures ? words.figures[figure as keyof typeof words.figures] : figure.toUpperCase();
  const about = fillTemplate(words.parts[part], { condition }, format);
  return [
    `${about} · ${name}`,
    number(check.measured, decimals),
    number(check.truth, decimals),
    `${error > 0 ? '+' : error < 0 ? '−' : ''}${written(Math.abs(error))}`,
    `${goal === 0 ? '' : '± '}${written(goal)}`,
    words.outcomes[met ? 'met' : 'missed'],
  ];
}
