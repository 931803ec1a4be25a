import { maskSecrets } from '@millrace/load';
import { type ProofResult, prove } from '@millrace/load/prove';
import { canOverwrite, createProgressDisplay, renderHtmlReport, renderTerminalTable } from '@millrace/load/report';
import { exitCodeOfProof, failedRows } from './exit-code.ts';
import { announceStop, type Interrupts, sayOverProgress } from './interrupts.ts';
import { loadManifest } from './manifest-file.ts';
import { prepareOutput, writeOutput } from './output-file.ts';
import type { ProveRequest } from './prove-request.ts';
import { readRepetition } from './repeat.ts';

/** Runs the proof, prints the table, writes both files, and says how the command ends. */
export async function runProve(request: ProveRequest, interrupts: Interrupts): Promise<number> {
  const manifest = await loadManifest(request.manifest);
  // One after the other: the end of the process would leave the trial file of the one that can be written.
  for (const file of [request.json, request.html]) await prepareOutput(file);
  const { texts, details } = request;
  const chosen = request.repeat === undefined ? request.chosen : await readRepetition(request.repeat, manifest);
  const { stderr } = process;
  const display = createProgressDisplay({ stream: stderr, live: canOverwrite(stderr, process.env), texts });
  const { stop, kill } = interrupts;
  using _ = announceStop(stop, () => sayOverProgress(texts.words.stopping));
  const result = await prove(manifest, {
    ...chosen,
    signal: stop,
    killSignal: kill,
    onEvent: display.listen,
  }).finally(() => display.close());
  process.stdout.write(renderTerminalTable(result, { texts, columns: process.stdout.columns, details }));
  // Each file is written whatever becomes of the other: a run of minutes is not to be lost by one bad path.
  const written = await Promise.allSettled([
    writeOutput(request.json, `${JSON.stringify(result)}\n`),
    writeOutput(request.html, renderHtmlReport(result, { texts })),
  ]);
  for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason;
  if (result.outcome === 'complete') {
    const [elapsed, planned] = [result.elapsedSeconds.toFixed(1), result.plannedSeconds.toFixed(1)];
    process.stdout.write(`\n${texts.took(elapsed, result.capacity.length > 0 ? texts.atMost(planned) : planned)}\n`);
  }
  process.stdout.write(`\n${request.html}\n${request.json}\n`);
  for (const line of complaints(result)) process.stderr.write(`millrace: ${maskSecrets(line)}\n`);
  return exitCodeOfProof(result);
}

/** What ends the command with a code of its own and is no error: a lost arm, rows that measured nothing. */
function complaints(result: ProofResult): string[] {
  const { death } = result;
  const lost = death === undefined ? [] : [`${death.message}; ${death.mend} (${death.code})`];
  const failed = failedRows(result).map(({ label }) => (typeof label === 'string' ? label : label.en));
  if (failed.length === 0) return lost;
  return [...lost, `every request failed in every arm: ${failed.join(', ')}; see what its steps ask for`];
}
