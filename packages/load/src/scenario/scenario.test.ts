import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkPrerequisite,
  checkRequestNames,
  defineScenario,
  type RequestSpec,
  type Scenario,
  type Step,
} from './scenario.ts';

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
    { ...good, name: '' },
    { ...good, createUser: undefined as never },
    { ...good, steps: {} as never },
    { ...good, steps: [null as never] },
    { ...good, steps: [{ ...step, build: undefined as never }] },
  ];
  for (const scenario of bad) assert.throws(() => defineScenario(scenario), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
});

test('[LOAD-150] an option that does not exist is refused with the nearest that does', () => {
  const refused = (act: () => unknown, option: string, nearest: string): void =>
    assert.throws(act, (error: { code?: string; context?: object }) => {
      assert.equal(error.code, 'MILLRACE_CORE_OPTION_UNKNOWN');
      const { option: found, nearest: near } = error.context as { option: string; nearest: string };
      assert.deepEqual([found, near], [option, nearest]);
      return true;
    });
  refused(() => defineScenario({ ...good, pikUser: () => 0 } as Scenario), 'pikUser', 'pickUser');
  refused(() => defineScenario({ ...good, steps: [{ ...step, wieght: 2 } as Step<unknown>] }), 'wieght', 'weight');
  const request = { method: 'GET', path: '/', header: {} } as RequestSpec;
  refused(() => checkRequestNames('read', request), 'header', 'headers');
  refused(() => checkPrerequisite({ ...step, onAnwser: () => {} } as Step<unknown>), 'onAnwser', 'onAnswer');
});

test('[LOAD-10] a prerequisite is a step like others', () => {
  checkPrerequisite(step);
  const bad = [null, 'log in', { ...step, name: '' }, { ...step, weight: 0 }, { ...step, build: 1 }];
  for (const wrong of bad) {
    assert.throws(() => checkPrerequisite(wrong as Step<unknown>), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  }
});
