import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineScenario } from './define-scenario.ts';
import { assertAsSchema, type FlowService, runFlows, startFlowService } from './flow-service.test.ts';
import type { FlowUser } from './flow-user.ts';

async function runOnce(service: FlowService, run: (user: FlowUser) => Promise<void>) {
  const login = async () => ({ headers: { authorization: 'Bearer t' } });
  const flows = [{ name: 'flow', run }];
  const result = await runFlows(service, defineScenario({ name: 's', users: 1, login, flows }), 1, {
    timeoutMs: 3_000,
  });
  assert.deepEqual(result.flows?.flow?.reasons, []);
  return result;
}

test('[FLOW-33] [FLOW-38] a stream opens as a request, and its events are timed', async () => {
  await using service = await startFlowService(({ url, headers }, response) => {
    if (url !== '/events') return void response.end();
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(`data: ${headers.authorization}\n\nevent: price\nid: 3\ndata: {"at": ${Date.now() - 250}}\n\n`);
    setTimeout(() => response.write('data: late\n\n'), 30);
    setTimeout(() => response.end(), 60);
  });
  const result = await runOnce(service, async (user) => {
    const stream = await user.events('/events', { name: 'open' });
    const price = await stream.next({
      name: 'price',
      matching: ({ type }) => type === 'price',
      sentAt: (event) => event.json<{ at: number }>().at,
    });
    assert.equal(price.lastEventId, '3');
    assert.equal((await stream.next({ name: 'old' })).data, 'Bearer t');
    assert.equal((await stream.next({ name: 'late' })).data, 'late');
    await assert.rejects(stream.next(), { code: 'MILLRACE_FLOW_STREAM_ENDED' });
    assert.equal(stream.dropped, 0);
  });
  const { steps } = result;
  await assertAsSchema(result);
  assert.deepEqual([steps.open?.statuses, steps.late?.ok, steps.old], [{ 200: 1 }, 1, undefined]);
  const ms = (steps.price?.responseTimeUs.max ?? 0) / 1_000;
  assert.ok(ms >= 249 && ms < 2_000, `${ms}`);
});

test('[FLOW-33] what is no stream is refused, by its class', async () => {
  await using service = await startFlowService(({ url }, response) => {
    if (url === '/no') response.writeHead(404).end();
    if (url === '/html') response.writeHead(200, { 'content-type': 'text/html' }).end();
    if (url === '/reset') response.socket?.destroy();
  });
  const { steps } = await runOnce(service, async (user) => {
    await assert.rejects(user.events('/no', { name: 'no' }), { code: 'MILLRACE_FLOW_STATUS_UNEXPECTED' });
    await assert.rejects(user.events('/html', { name: 'html' }), { code: 'MILLRACE_FLOW_ANSWER_INVALID' });
    await assert.rejects(user.events('/reset', { name: 'reset' }), { code: 'MILLRACE_FLOW_STREAM_ENDED' });
    await assert.rejects(user.events('/silent', { name: 'silent', timeoutMs: 40 }), { code: 'MILLRACE_FLOW_TIMEOUT' });
  });
  assert.deepEqual(
    [steps.no?.errors, steps.html?.errors, steps.reset?.errors, steps.silent?.errors],
    [{ status: 1 }, { check: 1 }, { reset: 1 }, { timeout: 1 }],
  );
});

test('[FLOW-33] [FLOW-37] a timed event that does not come, or by no clock of ours, counts by its class', async () => {
  const late = Promise.withResolvers<void>();
  await using service = await startFlowService((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: old\n\nevent: future\ndata: ${Date.now() + 60_000}\n\n`);
    setTimeout(() => response.write('event: odd\ndata: x\n\n'), 30);
    void late.promise.then(() => response.destroy());
  });
  const { steps } = await runOnce(service, async (user) => {
    const stream = await user.events('/events');
    const typed = (name: string) => ({ name, matching: ({ type }: { type: string }) => type === name });
    const sentAt = ({ data }: { data: string }): number => Number(data);
    assert.equal((await stream.next({ ...typed('future'), sentAt })).type, 'future');
    const invalid = { code: 'MILLRACE_LOAD_OPTION_INVALID' };
    await assert.rejects(stream.next({ ...typed('odd'), sentAt }), invalid);
    await assert.rejects(stream.next({ name: 'old', sentAt }), invalid);
    await assert.rejects(stream.next({ ...typed('late'), timeoutMs: 20 }), { code: 'MILLRACE_FLOW_TIMEOUT' });
    late.resolve();
    await assert.rejects(stream.next(typed('lost')), { code: 'MILLRACE_FLOW_STREAM_ENDED' });
  });
  assert.deepEqual(
    [steps.future?.errors, steps.odd?.errors, steps.old?.errors, steps.late?.errors, steps.lost?.errors],
    [{ check: 1 }, { check: 1 }, { check: 1 }, { timeout: 1 }, { reset: 1 }],
  );
});

test('[FLOW-34] a stream is closed with its flow', async () => {
  const closed = Promise.withResolvers<void>();
  await using service = await startFlowService((_seen, response) => {
    response.on('close', () => closed.resolve());
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  await runOnce(service, async (user) => {
    const stream = await user.events('/events');
    await assert.rejects(stream.next({ timeoutMs: 20 }), { code: 'MILLRACE_FLOW_TIMEOUT' });
  });
  await closed.promise;
});
