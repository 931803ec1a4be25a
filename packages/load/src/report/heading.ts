import type { ProofResult } from '../prove/index.ts';
import type { Texts } from './texts.ts';

/** Where the figures come from, in one sentence: date, commit, machine, rounds, seed. */
export function provenance(result: ProofResult, texts: Texts): string {
  const { machine, quick, rounds, seed } = result;
  const { words, marks } = texts;
  return [
    texts.measuredAt(result.startedAt.slice(0, 10), commitName(result, texts)),
    `${texts.machine(machine.cpu, machine.cores, machine.memoryGb)}${marks.comma}${machine.os}${marks.comma}Node ${machine.node}`,
    texts.rounds(rounds.length, roundOrder(result)),
    `${words.seed} ${seed}${quick ? `${marks.comma}${words.quick}` : ''}`,
  ].join(marks.clause);
}

/** `commit 1a2b3c4d5e`, and whether there was more than the commit holds. */
function commitName({ commit, dirty }: ProofResult, { words }: Texts): string {
  if (commit === null) return words.noCommit;
  return `${words.commit} ${commit.slice(0, 10)}${dirty ? ` ${words.dirty}` : ''}`;
}

/** `ABBA`: A is before, B is after. */
function roundOrder({ arms, rounds }: ProofResult): string {
  return rounds.map(({ arm }) => (arm === arms.before.id ? 'A' : 'B')).join('');
}

/** The label of an arm's id. */
export function armLabel({ arms }: ProofResult, id: string): string {
  return id === arms.before.id ? arms.before.label : arms.after.label;
}
