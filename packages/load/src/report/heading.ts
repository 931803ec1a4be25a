import type { ArmFigures, DigestMismatch, ProofResult } from '../prove/index.ts';
import type { NumberFormat } from './number-format.ts';
import type { Texts } from './texts.ts';

/** Where the figures come from, in one sentence: date, commit, machine, rounds, seed. */
export function provenance(result: ProofResult, texts: Texts): string {
  const { machine, tier, rounds, seed } = result;
  const { words, marks } = texts;
  return [
    texts.measuredAt(result.startedAt.slice(0, 10), commitName(result, texts)),
    `${texts.machine(machine.cpu, machine.cores, machine.memoryGb)}${marks.comma}${machine.os}${marks.comma}Node ${machine.node}`,
    texts.rounds(rounds.length, roundOrder(result)),
    `${words.seed} ${seed}${tier === 'quick' ? `${marks.comma}${words.quick}` : ''}`,
  ].join(marks.clause);
}

/** `commit 1a2b3c4d5e`, and whether there was more than the commit holds. */
function commitName({ commit, dirty }: ProofResult, { words }: Texts): string {
  if (commit === null) return words.noCommit;
  return `${words.commit} ${commit.slice(0, 10)}${dirty ? ` ${words.dirty}` : ''}`;
}

/** `ABBA`: A is the first arm. */
function roundOrder({ arms, rounds }: ProofResult): string {
  return rounds.map(({ arm }) => String.fromCharCode(65 + arms.findIndex(({ id }) => id === arm))).join('');
}

/** The label of an arm's id. */
export function armLabel({ arms }: ProofResult, id: string): string {
  return arms.find((arm) => arm.id === id)?.label ?? id;
}

/** How many of an arm's requests failed; a dash for one that never ran. */
export function errorsText({ errors, errorShare, requests }: ArmFigures, texts: Texts, format: NumberFormat): string {
  if (errorShare.value === null) return '–';
  return texts.errors(format.count(errors), format.count(requests), format.share(errorShare.value));
}

/** Above the values of {@link mismatchCells}: with two arms the values stand below their names. */
export function mismatchHeader({ arms }: ProofResult): string[] {
  return arms.length === 2 ? arms.map(({ label }) => label) : ['', ''];
}

/** Both values of a mismatch, named where there are more than two arms. */
export function mismatchCells(result: ProofResult, { beforeArm, afterArm, before, after }: DigestMismatch): string[] {
  if (result.arms.length === 2) return [before, after];
  return [`${armLabel(result, beforeArm)}: ${before}`, `${armLabel(result, afterArm)}: ${after}`];
}
