import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScenario } from './define-scenario.ts';
import { runFlows, type Seen, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';
import type { EventsOptions } from './user-events.ts';

/** What the service saw of openings with these options, and why each failed, if it did. */
async function openAll(all: readonly EventsOptions[]): Promise<{ seen: readonly Seen[]; failures: string[] }> {
  await using service = await startFlowService((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: one\n\n');
  });
  const failures: string[] = [];
  const run = async (user: FlowUser): Promise<void> => {
    for (const options of all) {
      try {
        assert.equal((await (await user.events('/ask', options)).next()).data, 'one');
      } catch (error) {
        failures.push((error as { code?: string }).code ?? String(error));
      }
    }
  };
  const scenario = defineScenario({ name: 's', users: 1, flows: [{ name: 'flow', run }] });
  const { flows } = await runFlows(service, scenario, 1, { timeoutMs: 3_000 });
  assert.deepEqual(flows?.flow?.reasons, []);
  return { seen: service.seen, failures };
}

test('[FLOW-54] an event stream may be asked for by another method, with a body', async () => {
  const { seen, failures } = await openAll([
    {},
    { method: 'POST' },
    { body: 'grüß', headers: { 'content-type': 'text/plain' } },
    { method: 'PUT', json: { stream: true } },
    { form: { q: 'a b' } },
    { method: 'DELETE', body: Buffer.from('bytes') },
    { json: 1, headers: { 'Content-Type': 'application/vnd.a+json' } },
  ]);
  assert.deepEqual(failures, []);
  const told = seen.map(({ method, headers, body }) => [
    ...[method, headers['content-type'], headers['content-length'], headers['transfer-encoding']],
    Buffer.from(body, 'latin1').toString(),
  ]);
  assert.deepEqual(told, [
    ['GET', undefined, undefined, undefined, ''],
    ['POST', undefined, '0', undefined, ''],
    ['POST', 'text/plain', '6', undefined, 'grüß'],
    ['PUT', 'application/json', '15', undefined, '{"stream":true}'],
    ['POST', 'application/x-www-form-urlencoded', '5', undefined, 'q=a+b'],
    ['DELETE', undefined, '5', undefined, 'bytes'],
    ['POST', 'application/vnd.a+json', '1', undefined, '1'],
  ]);
  for (const { headers } of seen) assert.equal(headers.accept, 'text/event-stream');
});

test('[FLOW-54] a method that opens no stream, and a body that cannot go out, are refused before anything is sent', async () => {
  const wrong = [{ method: 'HEAD' }, { method: 'TRACE' }, { method: 'GET', body: 'x' }, { body: { open: () => [] } }];
  const { seen, failures } = await openAll(wrong as EventsOptions[]);
  assert.deepEqual([seen, failures], [[], Array(4).fill('MILLRACE_LOAD_OPTION_INVALID')]);
});
