import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeadline, type DeadlineOptions } from './deadline.ts';
import { checkOptionNames, type OptionNames } from './option-names.ts';
import { createSingleFlight, type SingleFlightOptions } from './single-flight.ts';

interface PumpOptions {
  readonly ratePerSecond?: number;
  readonly maxQueue?: number;
  readonly timeoutMs?: number;
}

const NAMES: OptionNames<PumpOptions> = { ratePerSecond: true, maxQueue: true, timeoutMs: true };
const check = (options: object): void => checkOptionNames<PumpOptions>('createPump', options, NAMES);

test('[CORE-28] options that exist pass, also without a value', () => {
  for (const options of [{}, { maxQueue: 1 }, { ratePerSecond: 1, maxQueue: undefined, timeoutMs: 3 }]) check(options);
});

test('[CORE-28] one that does not exist is refused by its name, with the nearest', () => {
  const cases: [string, string][] = [
    ['timeout', 'timeoutMs'],
    ['timeoutms', 'timeoutMs'],
    ['maxqueue', 'maxQueue'],
    ['queueMax', 'maxQueue'],
    ['rate', 'ratePerSecond'],
    ['toString', 'maxQueue'],
    ['', 'maxQueue'],
  ];
  for (const [option, nearest] of cases) {
    const known = 'ratePerSecond, maxQueue, timeoutMs';
    const expected = { code: 'MILLRACE_CORE_OPTION_UNKNOWN', context: { what: 'createPump', option, nearest, known } };
    assert.throws(() => check({ maxQueue: 1, [option]: 2 }), expected);
  }
});

test('[CORE-28] the error says what to write instead', () => {
  assert.throws(() => check({ timeout: 5 }), {
    message: 'createPump has no option timeout',
    mend: 'write `timeoutMs`, if that is meant; there are ratePerSecond, maxQueue, timeoutMs',
  });
});

test('[CORE-28] what core itself makes refuses them', () => {
  const code = 'MILLRACE_CORE_OPTION_UNKNOWN';
  assert.throws(() => createSingleFlight({ timeout: 5 } as SingleFlightOptions), { code, mend: /`timeoutMs`/ });
  assert.throws(() => createDeadline(5, { signals: undefined } as DeadlineOptions), { code, mend: /`signal`/ });
});
