import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Cache } from 'millrace/cache';
import type { RedisDriver } from 'millrace/redis';
import { cacheResponse, type WebMiddleware } from 'millrace/web';
import { STANDALONE } from '../redis/drivers.ts';
import { openNodes, until } from './nodes.ts';

const BODIES: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> = {
  text: '\ufeff{"name":"Zoë ☃"}',
  bytes: Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x41),
  empty: '',
};

/** One service in one process: pages for all, and pages of users. */
class Service {
  runs = 0;
  readonly cache: Cache;
  readonly #open: WebMiddleware;
  readonly #own: WebMiddleware;

  constructor(cache: Cache) {
    this.cache = cache;
    this.#open = cacheResponse({ cache, tags: ['pages'] });
    const user = (request: Request): string | null => request.headers.get('authorization');
    this.#own = cacheResponse({ cache, vary: { user }, tags: ['pages'] });
  }

  /** @param headers with `authorization`, the name stands for who was let in */
  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const [, kind = '', what = ''] = path.split('/');
    const answer = ({ headers: given }: Request): Response => {
      this.runs++;
      const named = `${given.get('authorization')} asked, run ${this.runs}`;
      return new Response(BODIES[what] ?? named, { headers: { 'content-type': 'text/plain', 'x-list': 'a, b' } });
    };
    const cached = kind === 'own' ? this.#own : this.#open;
    return cached(new Request(`https://shop.example${path}`, { headers }), answer);
  }

  async text(path: string, headers?: Record<string, string>): Promise<string> {
    return (await this.get(path, headers)).text();
  }
}

async function openServices(t: TestContext, driverOf: (url: string) => RedisDriver): Promise<readonly Service[]> {
  return (await openNodes(t, driverOf)).map((cache) => new Service(cache));
}

async function whole(response: Response): Promise<unknown> {
  const { age, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()).toString('base64') };
}

for (const [client, driverOf] of Object.entries(STANDALONE)) {
  test(`[CACHE-424] what one service answered to all another gives byte for byte, and 304 to who has it (${client})`, async (t) => {
    const [a, b, c] = await openServices(t, driverOf);
    if (a === undefined || b === undefined || c === undefined) return;
    for (const what of Object.keys(BODIES)) {
      const made = await a.get(`/open/${what}`);
      const tag = String(made.headers.get('etag'));
      assert.deepEqual(await whole(await b.get(`/open/${what}`)), await whole(made), what);
      const known: Response = await c.get(`/open/${what}`, { 'if-none-match': `"other", ${tag}` });
      assert.deepEqual([known.status, known.headers.get('etag')], [304, tag]);
      await c.cache.invalidateTags(['pages']);
      assert.equal((await c.get(`/open/${what}`)).headers.get('etag'), tag); // Made anew in another process.
    }
    const { length } = Object.keys(BODIES);
    assert.deepEqual([a.runs, b.runs, c.runs], [length, 0, length]);
  });

  test(`[CACHE-425] no service gives one user what is another's, and each its own user's (${client})`, async (t) => {
    const [a, b, c] = await openServices(t, driverOf);
    if (a === undefined || b === undefined || c === undefined) return;
    const [ann, bob] = [{ authorization: 'ann' }, { authorization: 'bob' }];
    assert.equal(await a.text('/own/page', ann), 'ann asked, run 1');
    assert.equal(await b.text('/own/page', bob), 'bob asked, run 1');
    assert.equal(await b.text('/own/page', ann), 'ann asked, run 1'); // a's answer, for b's second run would say so.
    assert.equal(await c.text('/own/page', bob), 'bob asked, run 1');
    for (const [run, service] of [a, a, b, b].entries()) {
      const before = service.runs;
      assert.equal(
        await service.text('/open/page', run % 2 === 0 ? ann : bob),
        `${run % 2 === 0 ? 'ann' : 'bob'} asked, run ${before + 1}`,
      );
    }
    assert.equal(await c.text('/open/page'), 'null asked, run 1'); // Nothing of what was authorised lies there.
  });

  test(`[CACHE-426] a tag that one service invalidates counts in all of them (${client})`, async (t) => {
    const [a, b, c] = await openServices(t, driverOf);
    if (a === undefined || b === undefined || c === undefined) return;
    assert.equal(await a.text('/open/page'), 'null asked, run 1');
    assert.equal(await b.text('/open/page'), 'null asked, run 1');
    await b.cache.invalidateTags(['pages']);
    assert.equal(await b.text('/open/page'), 'null asked, run 1');
    assert.equal(b.runs, 1);
    await until(() => a.cache.stats().invalidations === 1);
    assert.equal(await a.text('/open/page'), 'null asked, run 1');
    assert.deepEqual([a.runs, b.runs, c.runs], [1, 1, 0]); // a got b's new one.
  });
}
