import type { ArmSpec } from './arm-spec.ts';
import type { AblationSpec } from './manifest.ts';
import type { AblationRow, TableRow } from './proof-result.ts';
import { type RatioReading, readRatio } from './ratio-reading.ts';

/** A switch whose arm has the larger figure makes the last arm slower. */
const VERDICTS: Readonly<Record<RatioReading, AblationRow['verdict']>> = {
  above: 'slower',
  below: 'faster',
  'no-difference': 'no-difference',
  'cannot-tell': 'unknown',
  unknown: 'unknown',
};

/** What each switch costs, read off the table; switches whose row never ran are left out. */
export function ablationRows(
  specs: readonly AblationSpec[],
  arms: readonly ArmSpec[],
  rows: readonly TableRow[],
): AblationRow[] {
  return specs.flatMap(({ id, scenario, row: rowId, figure }) => {
    const row = rows.find((each) => each.id === rowId);
    const index = arms.findIndex((arm) => arm.id === id);
    const [before, after, ratio] = [row?.arms[index], row?.arms.at(-1), row?.ratios[index]?.[figure]];
    if (before === undefined || after === undefined || ratio === undefined) return [];
    const figures = { before: before.response[figure], after: after.response[figure], ratio };
    return [{ arm: id, scenario, row: rowId, figure, ...figures, verdict: VERDICTS[readRatio(ratio)] }];
  });
}
