import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundMax } from '../capacity/index.ts';
import { CATALOGUES } from './catalogues.ts';
import { renderFindMaxHead, renderFindMaxResult, renderFindMaxStep } from './find-max-table.ts';

const SLO = { p99Ms: 200, errorShare: 0.001 };

function foundOf(more: Partial<FoundMax>): FoundMax {
  const head = { schema: 'millrace-find-max/1', scenario: 'GET /', target: 'http://127.0.0.1:1', slo: SLO } as const;
  return {
    ...head,
    ...{ perSecond: 980, missedPerSecond: 1_010, bound: 'exact', limitedBy: 'slo', steps: [] },
    ...more,
  };
}

test('[REPORT-62] a search prints what it searches for, a line a step under its columns, and what it found', () => {
  const plan = { slo: SLO, fromPerSecond: 50, toPerSecond: 20_000, time: { usualMs: 196_000, mostMs: 613_500.2 } };
  const [begin, takes, , columns] = renderFindMaxHead(plan).split('\n');
  assert.match(takes ?? '', /^It takes 3:16 at most, or 10:14 where steps have to be repeated/);
  const short = renderFindMaxHead({ ...plan, time: { usualMs: 60_000, mostMs: 60_000 } });
  assert.match(short, /\nIt takes 1:00 at most\.\n/);
  assert.equal(begin, 'Searching from 50/s to 20,000/s for the highest rate with P99 < 200 ms and errors < 0.1 %.');
  const step = {
    ratePerSecond: 1_600,
    achievedPerSecond: 1_598.4,
    p99Ms: 412.3,
    errorShare: 0.02,
    outcome: 'missed',
  } as const;
  const line = renderFindMaxStep(step).trimEnd();
  assert.deepEqual(line.trim().split(/ {2,}/), ['1,600', '1,598', '412', '2 %', 'missed']);
  // Outcomes begin where their column does.
  assert.equal(line.indexOf('missed'), columns?.indexOf('outcome'));
  assert.match(renderFindMaxStep({ ...step, p99Ms: null, outcome: 'generator' }), / – .* generator too slow\n$/);
  assert.match(renderFindMaxStep({ ...step, p99Bound: 'at-least' }), / ≥ 412 /);
  assert.equal(renderFindMaxResult(foundOf({})).trim(), '980/s meets the SLO, 1,010/s does not.');
});

test('[REPORT-62] what is only a bound, nothing, or unknown says so and why, in the language of the reader', () => {
  const said = (more: Partial<FoundMax>): string => renderFindMaxResult(foundOf(more)).trim();
  assert.equal(said({ bound: 'at-least', limitedBy: 'generator' }), '≥ 980/s (generator)');
  assert.equal(said({ bound: 'at-least', limitedBy: 'range' }), '≥ 980/s (highest rate of the search)');
  assert.equal(
    said({ perSecond: 0, missedPerSecond: 50 }),
    'The service does not hold the SLO at 50.0/s, the first rate.',
  );
  assert.equal(
    said({ perSecond: null, bound: 'at-least', limitedBy: 'unsettled' }),
    'Nothing is known (the service did not come to rest).',
  );
  const chinese = renderFindMaxResult(foundOf({}), { texts: CATALOGUES['zh-CN'] }).trim();
  assert.equal(chinese, '每秒 980 个达到 SLO，每秒 1,010 个未达到。');
});
