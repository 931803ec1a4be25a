import { subtractSnapshots } from 'millrace/core';
import {
  type AnsweredTimes,
  type LoadResult,
  mergeStepResults,
  remarksOf,
  responseTimesOf,
  type StepResult,
  serviceTimesOf,
} from '../result/index.ts';
import type { ArmSpec } from './arm-spec.ts';
import { errorsOf, isComparable } from './failed-share.ts';
import { quotientFigure, timeFigures } from './figure.ts';
import { gradeShares } from './grades.ts';
import type { RowSpec } from './manifest.ts';
import type { ArmFigures, Ratio, RoundRun, TableRow, TimeFigures, TimeRatios } from './proof-result.ts';
import { NO_RATIO, timeRatios } from './ratio.ts';

/** What one round gave for one row. */
interface RowSample {
  readonly block: number;
  readonly step: StepResult;
  readonly result: LoadResult;
}

/** The before/after table. Rows whose phase never ran in any arm are left out. */
export function tableRows(
  specs: readonly RowSpec[],
  arms: readonly ArmSpec[],
  rounds: readonly RoundRun[],
): TableRow[] {
  return specs.flatMap((spec) => {
    const measured = arms.map((arm) => measuredArm(samplesOf(spec, arm, rounds)));
    const after = measured.at(-1);
    if (after === undefined || measured.every(({ samples }) => samples.length === 0)) return [];
    const { id, label, phase, stream } = spec;
    const ratios = measured.slice(0, -1).map((before) => ratiosOf(before, after));
    return [{ id, label, phase, stream, arms: measured.map(({ figures }) => figures), ratios }];
  });
}

/** One arm's side of a row, and what it was made from. */
interface MeasuredArm {
  readonly samples: readonly RowSample[];
  readonly figures: ArmFigures;
}

function measuredArm(samples: readonly RowSample[]): MeasuredArm {
  return { samples, figures: armFigures(samples) };
}

function samplesOf(spec: RowSpec, arm: ArmSpec, rounds: readonly RoundRun[]): RowSample[] {
  return rounds
    .filter((round) => round.arm === arm.id)
    .flatMap((round) => {
      const phase = round.phases.find(({ id }) => id === spec.phase);
      const stream = phase?.streams.find(({ id }) => id === spec.stream);
      return stream === undefined
        ? []
        : [{ block: round.block, step: stepOf(stream.result, spec), result: stream.result }];
    });
}

function stepOf(result: LoadResult, { only, except }: RowSpec): StepResult {
  if (only === undefined && except === undefined) return result.total;
  const chosen = Object.entries(result.steps).filter(
    ([name]) => (only?.includes(name) ?? true) && !except?.includes(name),
  );
  return mergeStepResults(chosen.map(([, step]) => step));
}

function armFigures(samples: readonly RowSample[]): ArmFigures {
  const all = mergeStepResults(samples.map(({ step }) => step));
  const responses = samples.map(({ step }) => responseTimesOf(step));
  // Without what was cut off, which bounds the figures but is no request of the row.
  const distribution = subtractSnapshots(all.responseTimeUs, all.refusedResponseTimeUs);
  const requests = all.responseTimeUs.count;
  const answered: AnsweredTimes = {
    times: distribution,
    answered: all.ok,
    requests,
    censoredFromUs: all.censoredFromUs,
  };
  return {
    requests,
    errors: errorsOf(all),
    errorShare: quotientFigure(samples.map(({ step }) => ({ part: errorsOf(step), whole: step.responseTimeUs.count }))),
    resent: all.resent,
    remarks: remarksOf(all),
    interrupted: all.interrupted,
    censored: all.censored,
    ...(all.censored > 0 && { censoredFromUs: all.censoredFromUs }),
    response: timeFigures(responses),
    service: timeFigures(samples.map(({ step }) => serviceTimesOf(step))),
    sendLag: lagFigures(samples, 'sendLagUs'),
    scheduleLag: lagFigures(samples, 'scheduleLagUs'),
    grades: gradeShares(answered),
    distribution,
  };
}

/** Of the whole stream: the generator does not know its lags by step. */
function lagFigures(samples: readonly RowSample[], lag: 'sendLagUs' | 'scheduleLagUs'): TimeFigures {
  return timeFigures(samples.map(({ result }) => ({ histogram: result.generator[lag] })));
}

function ratiosOf(before: MeasuredArm, after: MeasuredArm): TimeRatios {
  const blocks = before.samples.flatMap((left) => {
    const right = after.samples.find(({ block }) => block === left.block);
    return right === undefined ? [] : [{ before: responseTimesOf(left.step), after: responseTimesOf(right.step) }];
  });
  const ratios = timeRatios(before.figures.response, after.figures.response, blocks);
  const comparable = isComparable(before.figures.errorShare.value ?? 0, after.figures.errorShare.value ?? 0);
  return comparable ? ratios : mapRatios(ratios, () => NO_RATIO);
}

function mapRatios(ratios: TimeRatios, map: (ratio: Ratio) => Ratio): TimeRatios {
  return Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, map(ratio)])) as TimeRatios;
}
