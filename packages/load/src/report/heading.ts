import type { ProofResult } from '../prove/index.ts';
import { localText } from './local-text.ts';
import type { SpreadNotation } from './number-format.ts';
import type { Texts } from './texts.ts';

/** Where the figures come from, in one sentence: date, commit, machine, rounds, seed. */
export function provenance(result: ProofResult, texts: Texts): string {
  const { machine, tier, rounds, seed } = result;
  const { words, marks } = texts;
  return [
    texts.measuredAt(result.startedAt.slice(0, 10), commitName(result, texts)),
    `${texts.machine(machine.cpu, machine.cores, machine.memoryGb)}${marks.comma}${machine.os}${marks.comma}Node ${machine.node}`,
    texts.rounds(rounds.length, roundOrder(result)),
    `${words.seed} ${seed}${marks.comma}${texts.tiers[tier]}`,
  ].join(marks.clause);
}

/** `commit 1a2b3c4d5e`, and whether there was more than the commit holds. */
function commitName({ commit, dirty }: ProofResult, { words }: Texts): string {
  if (commit === null) return words.noCommit;
  return `${words.commit} ${commit.slice(0, 10)}${dirty ? ` ${words.dirty}` : ''}`;
}

/** `ABBA`: A is the first arm. */
function roundOrder({ arms, rounds }: ProofResult): string {
  const letters = new Map(arms.map(({ id }, i) => [id, String.fromCharCode(65 + i)]));
  return rounds.map(({ arm }) => letters.get(arm) ?? '?').join('');
}

/** The labels of the arms, in their order. */
export function armLabels({ arms }: ProofResult, texts: Texts): string[] {
  return arms.map(({ label }) => localText(label, texts));
}

/** The label of an arm's id. */
export function armLabel({ arms }: ProofResult, id: string, texts: Texts): string {
  const found = arms.find((arm) => arm.id === id);
  return found === undefined ? id : localText(found.label, texts);
}

/** A phase as the manifest names it. */
export function phaseLabel({ phases }: ProofResult, id: string, texts: Texts): string {
  return localText(phases.find((phase) => phase.id === id)?.label ?? id, texts);
}

/** A stream of a phase as the manifest names it. */
export function streamName({ phases }: ProofResult, phase: string, stream: string, texts: Texts): string {
  return localText(phases.find(({ id }) => id === phase)?.streams?.[stream] ?? stream, texts);
}

/** How the figures of a table are to be read: their spread, and that they are measured. */
export function tableCaption({ marks, spreads, words }: Texts, notation: SpreadNotation = 'range'): string {
  const spread = spreads[notation];
  return `${spread.charAt(0).toUpperCase()}${spread.slice(1)}${marks.sentence}${words.labels}`;
}

/** What was prepared, in one sentence. */
export function factLine(of: Pick<ProofResult, 'facts'>, texts: Texts): string {
  return factEntries(of, texts)
    .map(([name, value]) => `${name}${texts.marks.colon}${value}`)
    .join(texts.marks.clause);
}

/** Name and value of each fact. */
export function factEntries({ facts }: Pick<ProofResult, 'facts'>, texts: Texts): [name: string, value: string][] {
  return Object.entries(facts).map(([key, fact]) => {
    const { name, value } = typeof fact === 'object' && 'value' in fact ? fact : { name: key, value: fact };
    return [localText(name, texts), localText(value, texts)];
  });
}
