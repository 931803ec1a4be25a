import { type FindMaxOptions, type FoundMax, findMax, findMaxTime } from '@millrace/load';
import { renderFindMaxHead, renderFindMaxResult, renderFindMaxStep } from '@millrace/load/report';
import { EXIT } from './exit-code.ts';
import type { FindMaxRequest } from './find-max-request.ts';
import { announceStop, type Interrupts, sayOverProgress } from './interrupts.ts';
import { prepareOutput, writeOutput } from './output-file.ts';

/** Searches; `findMax`, or a double in tests. */
type Search = (options: FindMaxOptions) => Promise<FoundMax>;

/** Searches for the highest rate, prints each step as it ends, and says how the command ends. */
export async function runFindMax(
  { options, json, texts }: FindMaxRequest,
  interrupts: Interrupts,
  search: Search = findMax,
): Promise<number> {
  if (json !== undefined) await prepareOutput(json);
  using _ = announceStop(interrupts.stop, () => sayOverProgress(texts.words.stopping));
  const { slo, fromPerSecond, toPerSecond } = options;
  const time = findMaxTime(options);
  process.stdout.write(renderFindMaxHead({ slo, fromPerSecond, toPerSecond, time }, { texts }));
  const onStep: FindMaxOptions['onStep'] = (step) => process.stdout.write(renderFindMaxStep(step, { texts }));
  const found = await search({ ...options, onStep, signal: interrupts.stop });
  process.stdout.write(renderFindMaxResult(found, { texts }));
  if (json !== undefined) {
    await writeOutput(json, `${JSON.stringify(found)}\n`);
    process.stdout.write(`\n${json}\n`);
  }
  return exitCodeOfSearch(found);
}

/** A rate that is only a bound is a result too; none at all is one of the service, or nothing is known of it. */
function exitCodeOfSearch({ perSecond, limitedBy }: FoundMax): number {
  if (limitedBy === 'stopped') return EXIT.interrupted;
  if (limitedBy === 'died') return EXIT.unreachable;
  if (perSecond === null) return limitedBy === 'generator' ? EXIT.invalid : EXIT.undecided;
  return perSecond === 0 ? EXIT.missed : EXIT.ok;
}
