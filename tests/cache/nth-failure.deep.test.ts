import { test } from 'node:test';
import type { Failing } from './failing-driver.ts';
import { failEachInTurn, STEPS } from './nth-failure.ts';

const HOWS: readonly Failing[] = ['unsent', 'unanswered', 'late'];

for (const what of Object.keys(STEPS)) {
  for (const how of HOWS) {
    test(`[CACHE-509] ${what}: whichever command is ${how}, nothing is old, late or loaded too often`, (t) =>
      failEachInTurn(t, what, how));
  }
}
