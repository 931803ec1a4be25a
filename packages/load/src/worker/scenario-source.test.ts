import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAIN } from './fixtures.test.ts';
import { loadScenario, type RequestsSource, type ScenarioSource } from './scenario-source.ts';

const GET = { method: 'GET', path: '/' } as const;

function withRequests(...requests: readonly unknown[]): ScenarioSource {
  return { kind: 'requests', name: 'plain', requests: requests as RequestsSource['requests'] };
}

test('[WORKER-14] a source with an option that there is not is refused by the nearest, before it is loaded', async () => {
  const wrong: [ScenarioSource, string][] = [
    [{ ...PLAIN, request: [] } as unknown as ScenarioSource, 'requests'],
    [{ kind: 'module', href: '/missing.ts', nam: 'shop' } as ScenarioSource, 'name'],
    [withRequests({ name: 'read', request: GET, wieght: 2 }), 'weight'],
    [withRequests({ name: 'read', request: { ...GET, header: {} } }), 'headers'],
  ];
  for (const [source, nearest] of wrong) {
    await assert.rejects(loadScenario(source, 1), (error: { code?: string; context?: { nearest?: string } }) => {
      assert.deepEqual([error.code, error.context?.nearest], ['MILLRACE_CORE_OPTION_UNKNOWN', nearest]);
      return true;
    });
  }
});

test('[WORKER-14] what is no list of requests is refused by its place', async () => {
  const wrong: [ScenarioSource, RegExp][] = [
    [{ kind: 'requests', name: 'plain', requests: {} } as unknown as ScenarioSource, /source\.requests is an object/],
    [withRequests(), /scenario\.steps is empty/],
    [withRequests(null), /source\.requests\[0\] is null/],
    [withRequests({ name: 'read' }), /source\.requests\[0\]\.request is undefined/],
  ];
  for (const [source, message] of wrong) {
    await assert.rejects(loadScenario(source, 1), { code: 'MILLRACE_LOAD_OPTION_INVALID', message });
  }
  const { users, name } = await loadScenario(PLAIN, 3);
  assert.deepEqual([name, users], ['plain', 3]);
});
