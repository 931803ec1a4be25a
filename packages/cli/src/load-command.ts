import { describeMachine, judgeThresholds, type LoadProgress, type LoadResult, runLoadInWorkers } from '@millrace/load';
import { canOverwrite, createLiveDisplay, type LivePlan, renderLoadTable } from '@millrace/load/report';
import { withFlows } from './default-thresholds.ts';
import { type EarlyStop, watchThresholds } from './early-stop.ts';
import { exitCodeOfLoad } from './exit-code.ts';
import { announceStop, type Interrupts } from './interrupts.ts';
import type { LoadPlan, LoadRequest } from './load-request.ts';
import { prepareOutput } from './output-file.ts';
import { prepareOutputs, writeOutputs } from './run-outputs.ts';
import { withScenario } from './scenario-file.ts';
import type { WrittenResult } from './written-result.ts';

/** Runs the load, prints the table with the generator's verdict and the thresholds, and says how the command ends. */
export async function runLoadCommand(request: LoadRequest, interrupts: Interrupts): Promise<number> {
  const { outputs, texts } = request;
  await prepareOutputs(outputs);
  if (request.plan.journal !== undefined) await prepareOutput(request.plan.journal);
  const early = watchThresholds(request.abortOn);
  const found = await watched(request, early, interrupts.stop);
  const thresholds = judgeThresholds(withFlows(request.thresholds, found), found);
  const stoppedBy = interrupts.stop.aborted ? undefined : early.cause;
  const result: WrittenResult = { ...found, thresholds, machine: describeMachine(), ...(stoppedBy && { stoppedBy }) };
  process.stdout.write(renderLoadTable(result, { texts, thresholds, ...(stoppedBy && { stoppedBy }) }));
  await writeOutputs(outputs, result, texts);
  return exitCodeOfLoad(result, thresholds);
}

/** One run, shown while it goes on. */
async function watched({ plan, texts }: LoadRequest, early: EarlyStop, stop: AbortSignal): Promise<LoadResult> {
  const { stderr } = process;
  const live = canOverwrite(stderr, process.env);
  using display = createLiveDisplay({ stream: stderr, live, plan: displayed(plan), texts });
  using _ = announceStop(stop, () => display.say(texts.words.stopping));
  const onProgress = (progress: LoadProgress): void => {
    display.listen(progress);
    early.listen(progress);
  };
  const watch = { signal: AbortSignal.any([stop, early.signal]), onProgress };
  return await runLoadInWorkers({ ...(await withScenario(plan)), ...watch });
}

function displayed({ model }: LoadPlan): LivePlan {
  const requests = model.kind === 'closed' ? model.requests : undefined;
  return { durationMs: model.durationMs, hasRate: model.kind !== 'closed', requests };
}
