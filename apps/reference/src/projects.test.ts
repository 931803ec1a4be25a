import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Headers } from './digest-callers.ts';
import type { Service } from './service.ts';
import { openEach, startTrial, type Trial, trialCallers } from './trial.ts';

const { whale, trader } = trialCallers();
/** Once with everything that is slow about projects, once with nothing of it. */
const MODES = ['db.n-plus-one,db.offset-paging,db.key-indexes-only,cache.none', 'optimised'] as const;

let trial: Trial;
let services: ReadonlyMap<string, Service>;
before(async () => {
  trial = await startTrial();
  services = await openEach(trial, MODES);
});
after(() => trial?.[Symbol.asyncDispose]());

interface Page {
  readonly items: readonly { readonly id: number; readonly version?: number }[];
  readonly nextCursor: string | null;
}

for (const mode of MODES) {
  const ask = async (caller: Headers, method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object) => {
    const { app } = services.get(mode) as Service;
    const answer = await app.inject({ method, url: `/api/v1${path}`, headers: caller, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json() as never };
  };
  const get = async <T>(path: string): Promise<T> => {
    const { status, body } = await ask(whale, 'GET', path);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const walk = async (path: string): Promise<Page['items'][number][]> => {
    const items: Page['items'][number][] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await get(`${path}${cursor && `&cursor=${cursor}`}`);
      assert.ok(page.items.length <= 3);
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    return items;
  };

  describe(`projects, ${mode}`, () => {
    test("[REF-130] another user's project, file and activities are as good as not there, and stay as they are", async () => {
      const before = [await get('/projects/1?include=files,activities'), await get('/files/1')];
      const activity = { projectId: 1, agentRole: 'tester', status: 'done', tokensUsed: 1 };
      for (const [method, path, payload] of [
        ['GET', '/projects/1'],
        ['GET', '/projects/1?include=files,activities'],
        ['PATCH', '/projects/1', { name: 'mine now' }],
        ['PATCH', '/projects:bulk-status', { ids: [1], status: 'failed' }],
        ['GET', '/files/1'],
        ['GET', '/files/1/versions'],
        ['POST', '/files/1/restore/1'],
        ['GET', '/agent-activities?projectId=1'],
        ['POST', '/agent-activities', activity],
      ] as const) {
        const { status } = await ask(trader, method, path, payload);
        assert.equal(status, 404, `${method} ${path}`);
      }
      assert.deepEqual([await get('/projects/1?include=files,activities'), await get('/files/1')], before);
    });

    test('[REF-131] a bulk change is of all the projects or of none', async () => {
      const statuses = async (): Promise<string[]> => {
        const found = await Promise.all([6, 11].map((id) => get<{ status: string }>(`/projects/${id}`)));
        return found.map(({ status }) => status);
      };
      const set = (ids: number[], status: string) => ask(whale, 'PATCH', '/projects:bulk-status', { ids, status });
      assert.deepEqual(await set([11, 6], 'completed'), { status: 200, body: { updated: 2 } });
      assert.deepEqual(await statuses(), ['completed', 'completed']);
      assert.equal((await set([6, 2, 11], 'failed')).status, 404);
      assert.equal((await set([6, 999_999], 'failed')).status, 404);
      assert.deepEqual(await statuses(), ['completed', 'completed']);
    });

    test('[REF-132] a restored version is a new one with the old content; ten at once get ten numbers', async () => {
      const first = await get<{ content: string; currentVersion: number }>('/files/6');
      const restored = await Promise.all(Array.from({ length: 10 }, () => ask(whale, 'POST', '/files/6/restore/1')));
      assert.ok(restored.every(({ status }) => status === 200));
      const numbers = restored.map(({ body }) => (body as { currentVersion: number }).currentVersion);
      const expected = Array.from({ length: 10 }, (_, index) => first.currentVersion + 1 + index);
      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        expected,
      );
      const last = await get<{ content: string; currentVersion: number; sizeBytes: number }>('/files/6');
      assert.equal(last.currentVersion, expected.at(-1));
      assert.match(last.content, /^export const part6 = \{ revision: 1,/);
      assert.equal(last.sizeBytes, Buffer.byteLength(last.content));
      const versions = await walk('/files/6/versions?limit=3');
      assert.deepEqual(
        versions.map(({ version }) => version),
        Array.from({ length: last.currentVersion }, (_, index) => last.currentVersion - index),
      );
    });

    test('[REF-133] pages one after another hold each project and each activity once, the newest first', async () => {
      assert.deepEqual(
        (await walk('/projects?limit=3')).map(({ id }) => id),
        [46, 41, 36, 31, 26, 21, 16, 11, 6, 1],
      );
      const ids = (await walk('/agent-activities?projectId=1&limit=3')).map(({ id }) => id);
      assert.ok(ids.length > 20);
      assert.deepEqual(
        ids,
        [...new Set(ids)].toSorted((a, b) => b - a),
      );
    });
  });
}
