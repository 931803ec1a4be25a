import type { ArmSpec } from './arm-spec.ts';
import type { AblationSpec } from './manifest.ts';
import type { AblationRow, Ratio, TableRow } from './proof-result.ts';

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
    return [{ arm: id, scenario, row: rowId, figure, ...figures, verdict: verdictOn(ratio) }];
  });
}

/** A spread that holds 1 shows nothing either way; where an end is only a bound, it may lie further out. */
function verdictOn({ value, spread }: Ratio): AblationRow['verdict'] {
  if (value === null || spread === null) return 'unknown';
  if (spread.min > 1 && spread.minBound !== 'at-most') return 'slower';
  if (spread.max < 1 && spread.maxBound !== 'at-least') return 'faster';
  return 'no-difference';
}
