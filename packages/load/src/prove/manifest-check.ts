import { type Budget, checkBudget } from './budget.ts';
import { PROVE_ERRORS } from './errors.ts';
import type { PreparedService, ProofManifest } from './manifest.ts';

/** Refuses a manifest whose arms cannot be told apart. @throws MILLRACE_PROVE_MANIFEST_INVALID */
export function checkManifest(manifest: ProofManifest): void {
  const [before, after] = manifest.arms;
  if (before.id === after.id) throw invalid(`both arms have the id ${before.id}`);
}

/**
 * Refuses what a prepared service contradicts itself in: ids given twice, rows of phases or streams that are not there,
 * phases that do not fit the time budget.
 * @throws MILLRACE_PROVE_MANIFEST_INVALID, MILLRACE_PROVE_OVER_BUDGET
 */
export function checkService(service: PreparedService, budget: Budget): void {
  const { phases, rows, digests } = service;
  if (phases.length === 0) throw invalid('it has no phases');
  refuseTwice(
    'phase',
    phases.map(({ id }) => id),
  );
  refuseTwice(
    'row',
    rows.map(({ id }) => id),
  );
  refuseTwice(
    'request of `digests`',
    digests.map(({ name }) => name),
  );
  for (const phase of phases) {
    if (phase.streams.length === 0) throw invalid(`the phase ${phase.id} has no streams`);
    refuseTwice(
      `stream of the phase ${phase.id}`,
      phase.streams.map(({ id }) => id),
    );
  }
  for (const row of rows) {
    const phase = phases.find(({ id }) => id === row.phase);
    if (phase === undefined) throw invalid(`the row ${row.id} is of the phase ${row.phase}, which is not there`);
    if (!phase.streams.some(({ id }) => id === row.stream))
      throw invalid(`the row ${row.id} is of the stream ${row.stream}, which the phase ${phase.id} does not have`);
  }
  checkBudget(budget, phases);
}

function refuseTwice(what: string, ids: readonly string[]): void {
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw invalid(`it names the ${what} ${twice} twice`);
}

function invalid(reason: string): Error {
  return PROVE_ERRORS.create('MILLRACE_PROVE_MANIFEST_INVALID', { reason });
}
