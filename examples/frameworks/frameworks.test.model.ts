import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The example's services. */
export const FRAMEWORKS = ['fastify', 'express', 'hono', 'web'] as const;

/** Starts a service by a Node, and asks it what the guide says. */
export async function tryOut(framework: (typeof FRAMEWORKS)[number], node: string): Promise<void> {
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  const service = spawn(node, [`${framework}.ts`], {
    cwd: import.meta.dirname,
    env: { ...outer, NODE_OPTIONS: '--conditions=millrace-source', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface(service.stdout), 'line')) as [string];
    const [, authorization = '', url = ''] = /-H 'authorization: ([^']+)' (\S+)\/me$/.exec(line) ?? [];
    await ask(url, authorization);
    service.kill();
    await once(service, 'exit');
  } finally {
    service.kill('SIGKILL');
  }
}

async function ask(url: string, authorization: string): Promise<void> {
  assert.equal((await fetch(`${url}/health`)).status, 200);
  const stranger = await fetch(`${url}/me`);
  assert.deepEqual([stranger.status, stranger.headers.get('www-authenticate')], [401, 'Bearer realm="api"']);
  assert.equal((await fetch(`${url}/me`, { headers: { authorization: `${authorization}x` } })).status, 401);
  const answers = [];
  for (let each = 0; each < 7; each++) answers.push(await fetch(`${url}/me`, { headers: { authorization } }));
  const [first] = answers;
  assert.deepEqual([first?.status, await first?.json()], [200, { id: '1', name: 'Ada' }]);
  assert.match(first?.headers.get('ratelimit') ?? '', /^"network";r=\d+;t=\d+, "user";r=4;t=\d+$/);
  const denied = answers.find(({ status }) => status === 429);
  assert.equal(denied?.headers.get('retry-after'), '1');
  assert.equal((await fetch(`${url}/health`)).status, 200);
}
