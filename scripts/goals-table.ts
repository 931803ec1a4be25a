import type { Language } from '@millrace/load/report';
import { GOAL_TEXTS_ZH_CN, GOAL_UNITS_ZH_CN, SKIPPED_ZH_CN } from './goal-texts-zh-cn.ts';
import { tableLines } from './reference-page.ts';

/** A row of `npm run bench -- AREA --json FILE`, as far as a table shows it. */
export interface GoalResult {
  readonly goal: string;
  readonly what: string;
  readonly unit: string;
  readonly value: number | null;
  readonly spread: readonly [number, number] | null;
  /** The true value is not smaller, or not larger; absent: it is exact. */
  readonly bound?: 'at-least' | 'at-most';
  /** Where it is the largest of few samples: of how many. */
  readonly reading?: { readonly kind: 'slowest'; readonly samples: number };
  readonly peer: string | null;
  readonly peerVersion: string | null;
  readonly target: string | null;
  readonly met: boolean | null;
  readonly skipped?: string;
  /** Why a run behind the value is invalid. */
  readonly invalid?: string;
}

/** What stands in the results in English, in another language; what is missing stays as it is there. */
interface GoalNames {
  /** By the ids of the goals. */
  readonly goals: Readonly<Record<string, string>>;
  readonly units: Readonly<Record<string, string>>;
  readonly reasons: Readonly<Record<string, string>>;
}

const GOAL_NAMES: Readonly<Record<Language, GoalNames>> = {
  en: { goals: {}, units: {}, reasons: {} },
  'zh-CN': { goals: GOAL_TEXTS_ZH_CN, units: GOAL_UNITS_ZH_CN, reasons: SKIPPED_ZH_CN },
};

/** The words of a language. */
interface GoalWords {
  readonly head: readonly string[];
  readonly shown: string;
  readonly met: string;
  readonly missed: string;
  readonly skipped: string;
  readonly invalid: string;
  readonly open: string;
  readonly colon: string;
  readonly comma: string;
  slowest(samples: number): string;
}

export const GOAL_WORDS: Readonly<Record<Language, GoalWords>> = {
  en: {
    head: ['goal', 'measured (smallest–largest round)', 'target', ''],
    shown: 'shown',
    met: 'met',
    missed: 'missed',
    skipped: 'skipped',
    invalid: 'invalid',
    open: 'cannot tell',
    colon: ': ',
    comma: ', ',
    slowest: (samples) => `slowest of ${samples}`,
  },
  'zh-CN': {
    head: ['指标', '已测（各轮次的最小值–最大值）', '目标', ''],
    shown: '仅展示',
    met: '达成',
    missed: '未达成',
    skipped: '跳过',
    invalid: '无效',
    open: '无法判断',
    colon: '：',
    comma: '，',
    slowest: (samples) => `${samples} 个样本中最慢`,
  },
};

/** The goals as a Markdown table, misses too. */
export function goalsTable(rows: readonly GoalResult[], language: Language): string {
  const words = { ...GOAL_WORDS[language], ...GOAL_NAMES[language] };
  return tableLines(
    words.head,
    rows.map((row) => [whatOf(row, words), measured(row, words), row.target ?? words.shown, verdict(row, words)]),
  ).join('\n');
}

function whatOf({ goal, what, peer, peerVersion }: GoalResult, { goals }: GoalNames): string {
  const said = goals[goal] ?? what;
  return peer === null ? said : `${said} (${peer} ${peerVersion})`;
}

function measured({ value, bound, unit, spread, reading, skipped }: GoalResult, words: GoalWords & GoalNames): string {
  if (value === null) return `${words.skipped}${words.colon}${words.reasons[skipped ?? ''] ?? skipped}`;
  const range = spread === null ? '' : ` (${figure(spread[0])}–${figure(spread[1])})`;
  const read = reading === undefined ? '' : `${words.comma}${words[reading.kind](reading.samples)}`;
  return `${bound === undefined ? '' : SIGNS[bound]}${figure(value)} ${words.units[unit] ?? unit}${range}${read}`;
}

const SIGNS = { 'at-least': '≥ ', 'at-most': '≤ ' } as const;

function verdict({ value, target, met, invalid }: GoalResult, words: GoalWords): string {
  if (value === null) return words.skipped;
  if (invalid !== undefined) return `**${words.invalid}**${words.colon}${short(invalid)}`;
  if (met === null) return target === null ? '' : words.open;
  return met ? words.met : `**${words.missed}**`;
}

/** The first reason of several. */
function short(reasons: string): string {
  return reasons.split('; ', 1).join();
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
