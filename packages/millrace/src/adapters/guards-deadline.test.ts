import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { RequestDeadline } from './guard/deadline.ts';
import { SERVICES } from './guards.test.model.ts';
import { as, openService } from './guards-open.test.model.ts';
import { writeRaw } from './raw-request.test.model.ts';
import { setDeadline } from './web.ts';

async function aborted(deadline: RequestDeadline | undefined): Promise<unknown> {
  const { signal } = deadline!;
  if (!signal.aborted) await once(signal, 'abort');
  return signal.reason;
}

for (const [name, serve] of Object.entries(SERVICES)) {
  suite(name, () => {
    test('[ADAPTER-24] a handler is told when the time of its request is over, and may still answer', async (t) => {
      const reasons: unknown[] = [];
      const onHandled = async (deadline?: RequestDeadline): Promise<void> => {
        assert.ok(deadline!.remainingMs() <= 20);
        reasons.push(((await aborted(deadline)) as { code: unknown }).code, deadline!.remainingMs());
      };
      const service = await openService(t, serve, { deadlineMs: 20, onHandled });
      const answer = await service.ask('/me', as('ada'));
      assert.deepEqual([answer.status, await answer.json()], [200, { id: 'ada' }]);
      assert.deepEqual(reasons, ['MILLRACE_CORE_DEADLINE_EXCEEDED', 0]);
    });

    test('[ADAPTER-24] a handler is told when its client has hung up, also where there is no bound', async (t) => {
      for (const deadlineMs of [60_000, () => undefined]) {
        const told = Promise.withResolvers<unknown>();
        let handled = 0;
        const onHandled = (deadline?: RequestDeadline): Promise<unknown> => {
          handled++;
          assert.ok(deadline!.remainingMs() > 50_000);
          const reason = aborted(deadline);
          told.resolve(reason);
          return reason;
        };
        const service = await openService(t, serve, { deadlineMs, onHandled });
        const socket = await writeRaw(service.port, ['GET /me HTTP/1.1', 'authorization: Bearer good-ada']);
        while (handled === 0) await turn();
        socket.destroy();
        assert.equal(((await told.promise) as Error).name, 'AbortError');
      }
    });

    test('[ADAPTER-24] once a request is answered its deadline is over for good, and others have none', async (t) => {
      const seen: (RequestDeadline | undefined)[] = [];
      const onHandled = (deadline?: RequestDeadline): number => seen.push(deadline);
      const service = await openService(t, serve, { deadlineMs: 15, onHandled });
      await (await service.ask('/me', as('ada'))).arrayBuffer();
      await wait(30);
      assert.equal(seen[0]?.signal.aborted, false);
      const without = await openService(t, serve, { onHandled });
      await (await without.ask('/me', as('ada'))).arrayBuffer();
      assert.equal(seen[1] ?? undefined, undefined);
    });
  });
}

test('[ADAPTER-24] a deadline that is none is refused at once', () => {
  for (const ms of [-1, Number.NaN, '5' as never]) assert.throws(() => setDeadline({ ms }), /ms/);
  assert.throws(() => setDeadline({ ms: 5, signal: 1 } as never), { code: 'MILLRACE_CORE_OPTION_UNKNOWN' });
});
