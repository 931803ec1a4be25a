import { checkCapacity } from '../capacity/index.ts';
import { TIERS } from './arm-spec.ts';
import { OVERHEADS } from './budget.ts';
import { PROVE_ERRORS } from './errors.ts';
import { mapTimes } from './figure.ts';
import type { AblationSpec, CapacitySpec, PreparedService, ProofManifest } from './manifest.ts';

/** A typing error in a manifest that nothing has checked must not cost the whole run. */
const FIGURES: readonly string[] = Object.keys(mapTimes(() => 0));

/** Refuses a manifest whose arms cannot be told apart, or that names what it does not have. @throws MILLRACE_PROVE_MANIFEST_INVALID */
export function checkManifest(manifest: ProofManifest): void {
  const { arms, scenarios = [], defaultScenarios = {}, ablations = [], overheads = {} } = manifest;
  if (arms.length < 2) throw invalid('it has fewer than two arms');
  refuseTwice(
    'arm',
    [...arms, ...ablations].map(({ id }) => id),
  );
  refuseTwice('scenario', scenarios);
  for (const { id, label } of [...arms, ...ablations]) {
    if (typeof label !== 'string') throw invalid(`the label of the arm ${id} is no text; it has one for all languages`);
  }
  const named = [...Object.values(defaultScenarios).flat(), ...ablations.map(({ scenario }) => scenario)];
  const unknown = named.find((name) => !scenarios.includes(name));
  if (unknown !== undefined) throw invalid(`it names the scenario ${unknown}, which is not there`);
  for (const { id, figure } of ablations) {
    if (!FIGURES.includes(figure))
      throw invalid(`the ablation ${id} names the figure ${figure}; there are ${FIGURES.join(', ')}`);
  }
  checkOverheads(overheads);
}

/** They make the plan and the time that is said to be left: what is misspelt or no time would make both wrong. */
function checkOverheads(overheads: NonNullable<ProofManifest['overheads']>): void {
  refuseUnknown('tier', Object.keys(overheads), TIERS);
  for (const [tier, lines] of Object.entries(overheads)) {
    refuseUnknown('line', Object.keys(lines), OVERHEADS);
    for (const [line, seconds] of Object.entries(lines)) {
      if (!Number.isFinite(seconds) || seconds < 0)
        throw invalid(`\`overheads.${tier}.${line}\` is ${seconds}; it is a number of seconds, 0 or more`);
    }
  }
}

function refuseUnknown(what: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw invalid(`\`overheads\` names the ${what} ${unknown}; there are ${known.join(', ')}`);
}

/**
 * Refuses what a prepared service contradicts itself in: ids given twice, rows of phases or streams that are not there.
 * @throws MILLRACE_PROVE_MANIFEST_INVALID
 */
export function checkService({ phases, rows, digests }: PreparedService, scenarios: readonly string[] = []): void {
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
  for (const { id, streams, scenario } of phases) {
    if (streams.length === 0) throw invalid(`the phase ${id} has no streams`);
    if (scenario !== undefined && !scenarios.includes(scenario))
      throw invalid(`the phase ${id} is of the scenario ${scenario}, which is not there`);
    refuseTwice(
      `stream of the phase ${id}`,
      streams.map((stream) => stream.id),
    );
  }
  for (const row of rows) {
    const phase = phases.find(({ id }) => id === row.phase);
    if (phase === undefined) throw invalid(`the row ${row.id} is of the phase ${row.phase}, which is not there`);
    if (!phase.streams.some(({ id }) => id === row.stream))
      throw invalid(`the row ${row.id} is of the stream ${row.stream}, which the phase ${phase.id} does not have`);
  }
}

/**
 * What can be searched for; refused before anything runs, because the searches come last.
 * @throws MILLRACE_PROVE_MANIFEST_INVALID
 */
export function checkCapacities({ capacity = [] }: PreparedService): readonly CapacitySpec[] {
  if (capacity.length === 0) throw invalid('it has no `capacity` to search for');
  refuseTwice(
    'capacity',
    capacity.map(({ id }) => id),
  );
  for (const spec of capacity) {
    try {
      checkCapacity(spec);
    } catch (error) {
      throw invalid(`the capacity ${spec.id}: ${(error as Error).message}`);
    }
  }
  return capacity;
}

/** Refuses an ablation whose row its scenario does not have. @throws MILLRACE_PROVE_MANIFEST_INVALID */
export function checkAblations({ phases, rows }: PreparedService, ablations: readonly AblationSpec[]): void {
  for (const { id, row: rowId, scenario } of ablations) {
    const row = rows.find((each) => each.id === rowId);
    if (row === undefined) throw invalid(`the ablation ${id} is shown by the row ${rowId}, which is not there`);
    if (phases.find((phase) => phase.id === row.phase)?.scenario !== scenario)
      throw invalid(`the ablation ${id} runs the scenario ${scenario}, which its row ${rowId} is not of`);
  }
}

function refuseTwice(what: string, ids: readonly string[]): void {
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw invalid(`it names the ${what} ${twice} twice`);
}

function invalid(reason: string): Error {
  return PROVE_ERRORS.create('MILLRACE_PROVE_MANIFEST_INVALID', { reason });
}
