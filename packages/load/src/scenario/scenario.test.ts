import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScenario, type Scenario, type Step } from './scenario.ts';

const step: Step<unknown> = { name: 'read', weight: 1, build: () => ({ method: 'GET', path: '/' }) };
const good: Scenario = { name: 'good', users: 1, createUser: () => undefined, steps: [step] };

test('[LOAD-10] a good scenario is given back as it is', () => {
  assert.equal(defineScenario(good), good);
});

test('[LOAD-10] weights, names and the number of users are checked', () => {
  const bad: Scenario[] = [
    { ...good, users: 0 },
    { ...good, users: 1.5 },
    { ...good, users: 1_000_001 },
    { ...good, steps: [] },
    { ...good, steps: [{ ...step, weight: 0 }] },
    { ...good, steps: [{ ...step, weight: Number.NaN }] },
    { ...good, steps: [{ ...step, name: '' }] },
    { ...good, steps: [step, { ...step }] },
  ];
  for (const scenario of bad) assert.throws(() => defineScenario(scenario), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
});
