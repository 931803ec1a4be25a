import {
  type AblationRow,
  type ProofResult,
  type Ratio,
  type RatioReading,
  readRatio,
  type TableRow,
} from '../prove/index.ts';
import { armLabel, armLabels, phaseLabel, streamName } from './heading.ts';
import { localText } from './local-text.ts';
import { createNumberFormat } from './number-format.ts';
import { reasonsText } from './reason-text.ts';
import type { Texts, VerdictCounts } from './texts.ts';

/** What a reader must know before any figure: one sentence each, the most severe first. */
export interface Verdict {
  /** Whether the figures can be read as they stand. */
  readonly sound: boolean;
  readonly lines: readonly string[];
}

/** The verdict of a result: equal answers, valid runs, and what the ratios say. */
export function verdictOf(result: ProofResult, texts: Texts): Verdict {
  const { digests, validity, rows, outcome } = result;
  if (digests.mismatches.length > 0) return { sound: false, lines: [texts.differing(digests.mismatches.length)] };
  const losses = lossLines(result, texts);
  if (rows.length === 0) return { sound: false, lines: [...losses, `${texts.words.noRows}${texts.marks.stop}`] };
  const valid = validity.invalid.length === 0;
  const said = valid ? texts.valid(validity.runs) : texts.invalid(validity.invalid.length, validity.runs);
  const alike = digests.compared && digests.requests > 0 ? [texts.digests(digests.requests)] : [];
  return {
    sound: valid && outcome === 'complete' && losses.length === 0,
    lines: [...losses, said, ...comparisons(result, texts), ...alike, ...skippedArms(result, texts)],
  };
}

/** What a result lacks because the proof was stopped or an arm was lost, in a round or in a search. */
export function lossLines(result: ProofResult, texts: Texts): string[] {
  const interrupted = result.outcome === 'interrupted' ? interruptedLines(result, texts) : deathLines(result, texts);
  return [...interrupted, ...lostArms(result, texts)];
}

/** How an arm was lost in a round. */
function deathLines(result: ProofResult, texts: Texts): string[] {
  const { death } = result;
  if (death === undefined) return [];
  return [texts.diedInRound(armLabel(result, death.arm, texts), death.round + 1, death.message)];
}

function interruptedLines({ rounds }: ProofResult, texts: Texts): string[] {
  const streams = rounds.flatMap(({ phases }) => phases.flatMap((phase) => phase.streams));
  const cutOff = streams.reduce((sum, { result }) => sum + result.total.interrupted, 0);
  return [texts.words.interrupted, ...(cutOff === 0 ? [] : [texts.cutOff(cutOff)])];
}

function comparisons(result: ProofResult, texts: Texts): string[] {
  const labels = armLabels(result, texts);
  const last = labels.at(-1) ?? '';
  if (result.kind === 'ablation') {
    const count = (verdict: AblationRow['verdict']): number =>
      result.ablations.filter((row) => row.verdict === verdict).length;
    const [slower, unknown] = [count('slower'), count('unknown')];
    const judged = result.ablations.length - unknown;
    return [`${texts.ablationVerdict(last, slower, judged, unknown)}${texts.marks.stop}`];
  }
  return labels.slice(0, -1).map((label, i) => {
    return `${texts.verdict(label, last, countVerdicts(result.rows, i, texts))}${texts.marks.stop}`;
  });
}

/** An arm whose figure is the larger one was slower than the last. */
const COUNTED_AS: Readonly<Record<RatioReading, 'alike' | 'faster' | 'single' | 'slower' | 'undecided'>> = {
  above: 'faster',
  below: 'slower',
  'no-difference': 'alike',
  'cannot-tell': 'undecided',
  unknown: 'single',
};

/** Rows by what the interval of their mean's ratio says. */
function countVerdicts(rows: readonly TableRow[], arm: number, texts: Texts): VerdictCounts {
  const groups = Object.groupBy(rows, ({ ratios }) => {
    const mean = ratios[arm]?.meanMs;
    return mean === undefined || mean.value === null ? 'incomparable' : COUNTED_AS[readRatio(mean)];
  });
  const count = (name: keyof typeof groups): number => groups[name]?.length ?? 0;
  const by = (name: keyof typeof groups): string => {
    return ratioRange(
      (groups[name] ?? []).flatMap(({ ratios }) => ratios[arm]?.meanMs ?? []),
      texts,
    );
  };
  return {
    judged: rows.length - count('single') - count('incomparable'),
    faster: count('faster'),
    fasterBy: by('faster'),
    slower: count('slower'),
    slowerBy: by('slower'),
    alike: count('alike'),
    undecided: count('undecided'),
    single: count('single'),
    singleBy: by('single'),
    incomparable: count('incomparable'),
  };
}

/** From the smallest to the largest ratio; nothing where there is none. */
function ratioRange(ratios: readonly Ratio[], texts: Texts): string {
  const sorted = ratios.toSorted((one, other) => (one.value ?? 0) - (other.value ?? 0));
  const format = createNumberFormat(texts);
  const [from, to] = [sorted[0], sorted.at(-1)].map((ratio) => ratio && format.ratio({ ...ratio, spread: null }));
  if (from === undefined || to === undefined) return '';
  return from === to ? from : texts.fromTo(from, to);
}

/** Arms that died while their capacity was searched. */
function lostArms(result: ProofResult, texts: Texts): string[] {
  return result.capacity.flatMap(({ label, arms }) =>
    arms.flatMap(({ arm, death }) => {
      return death === null ? [] : [texts.died(armLabel(result, arm, texts), localText(label, texts), death)];
    }),
  );
}

function skippedArms({ skippedArms }: ProofResult, texts: Texts): string[] {
  return skippedArms.map(({ label, measuredIn, unavailable }) => {
    const arm = localText(label, texts);
    const said =
      unavailable === undefined
        ? texts.skippedArm(arm, texts.tiers[measuredIn])
        : texts.unavailableArm(arm, localText(unavailable, texts));
    return said + texts.marks.stop;
  });
}

/** Each invalid run with its reasons. */
export function invalidRunLines(result: ProofResult, texts: Texts): string[] {
  return result.validity.invalid.map((run) =>
    texts.invalidRun(
      run.round + 1,
      armLabel(result, run.arm, texts),
      {
        ...run,
        phase: phaseLabel(result, run.phase, texts),
        stream: streamName(result, run.phase, run.stream, texts),
      },
      reasonsText(run.reasons, texts),
    ),
  );
}

/** The label of an arm, marked when any of its runs is invalid. */
export function markedLabel(result: ProofResult, id: string, texts: Texts): string {
  const mark = result.validity.invalid.some(({ arm }) => arm === id) ? '! ' : '';
  return `${mark}${armLabel(result, id, texts)}`;
}

/** The label of a row, marked when any of its runs is invalid. */
export function markedRow(result: ProofResult, row: TableRow, texts: Texts): string {
  return `${invalidArms(result, row).size > 0 ? '! ' : ''}${localText(row.label, texts)}`;
}

/** Ids of the arms that have an invalid run in what a row shows. */
export function invalidArms(
  { validity }: ProofResult,
  { phase, stream }: Pick<TableRow, 'phase' | 'stream'>,
): ReadonlySet<string> {
  const runs = validity.invalid.filter((run) => run.phase === phase && run.stream === stream);
  return new Set(runs.map(({ arm }) => arm));
}
