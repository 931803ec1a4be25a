import type { LoadResult } from '../result/index.ts';
import type { ThresholdOutcome } from '../thresholds/index.ts';
import { createLoadStyle, type LoadStyle } from './load/load-style.ts';
import { foundValue, interruptedLines, verdictOfLoad } from './load/load-verdict.ts';
import type { LoadTableOptions } from './load-table.ts';
import { type Markup, markup } from './markup.ts';
import { EN } from './texts.ts';

/** One test case: what it is called, and what is wrong; nothing for one that passed. */
interface TestCase {
  readonly name: string;
  readonly problem?: { readonly kind: 'error' | 'failure' | 'skipped'; readonly message: string };
}

/**
 * A run as JUnit XML, which every CI service shows: that it came to its end, that the generator kept its schedule, and
 * each threshold, are a test case each. A threshold that was missed or cannot be told has failed; of a run that is not
 * valid, or was interrupted, none is judged.
 * @example
 * await writeFile('load.xml', renderJunitXml(result, { thresholds: judgeThresholds(thresholds, result) }));
 */
export function renderJunitXml(result: LoadResult, options: LoadTableOptions = {}): string {
  const { texts = EN, thresholds = [], stoppedBy } = options;
  const style = createLoadStyle(texts);
  const cases = casesOf(result, { thresholds, stoppedBy }, style);
  const count = (kind: string): number => cases.filter(({ problem }) => problem?.kind === kind).length;
  const name = legal(`${result.scenario} · ${result.target}`);
  const counts = markup`tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${(result.generator.elapsedMs / 1000).toFixed(3)}"`;
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${texts.load.title}" ${counts}>
  <testsuite name="${name}" ${counts} timestamp="${result.startedAt}">
${cases.map((one) => caseElement(one, result))}  </testsuite>
</testsuites>
`.text;
}

function casesOf(
  result: LoadResult,
  { thresholds, stoppedBy }: { thresholds: readonly ThresholdOutcome[]; stoppedBy: ThresholdOutcome | undefined },
  style: LoadStyle,
): TestCase[] {
  const { cases } = style.texts.load;
  const [interrupted] = interruptedLines(result, style, stoppedBy);
  const { valid, sentence, reasons } = verdictOfLoad(result, style);
  const ending = stoppedBy === undefined ? 'error' : 'failure';
  const said = [sentence, ...reasons].join(' ');
  const isJudged = valid && interrupted === undefined;
  return [
    { name: cases.ended, ...(interrupted && { problem: { kind: ending, message: interrupted } }) },
    { name: cases.valid, ...(!valid && { problem: { kind: 'error', message: said } }) },
    ...thresholds.map((outcome) => thresholdCase(outcome, isJudged, style)),
  ];
}

function thresholdCase(outcome: ThresholdOutcome, isJudged: boolean, style: LoadStyle): TestCase {
  const { load, marks } = style.texts;
  const name = outcome.threshold.text;
  const found = `${load.outcomes[outcome.outcome]}${marks.colon}${foundValue(outcome, style)}`;
  if (!isJudged) return { name, problem: { kind: 'skipped', message: `${load.cases.notJudged} (${found})` } };
  return outcome.outcome === 'met' ? { name } : { name, problem: { kind: 'failure', message: found } };
}

function caseElement({ name, problem }: TestCase, { scenario }: LoadResult): Markup {
  const attributes = markup`classname="${legal(scenario)}" name="${legal(name)}"`;
  if (problem === undefined) return markup`    <testcase ${attributes}/>\n`;
  const { kind, message } = problem;
  const element = { error: markup`error`, failure: markup`failure`, skipped: markup`skipped` }[kind];
  return markup`    <testcase ${attributes}><${element} message="${legal(message)}"/></testcase>\n`;
}

/** Without what XML 1.0 cannot hold, however it is escaped. */
function legal(text: string): string {
  return text.toWellFormed().replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
