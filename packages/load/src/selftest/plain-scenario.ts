import { defineScenario, type Scenario } from '../scenario/index.ts';

/** One GET again and again. */
export function getScenario(path: string): Scenario<void> {
  const step = { name: path, weight: 1, build: () => ({ method: 'GET', path }) as const };
  return defineScenario<void>({ name: path, users: 1, createUser: () => undefined, steps: [step] });
}
