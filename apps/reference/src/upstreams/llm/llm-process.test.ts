import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startLlm } from './llm-process.ts';
import { readSettings } from './settings.ts';

test('[LLM-8] the address answers to the key of this start, and close ends the process', async () => {
  const llm = await startLlm({ latencyScale: 0, flapping: { provider: 'fast', upCalls: 1, downCalls: 1 } });
  await using other = await startLlm({ latencyScale: 0 });
  const body = JSON.stringify({ model: 'm', messages: [{}], max_tokens: 1, stream: true });
  const ask = async (apiKey: string): Promise<number> => {
    const headers = { 'x-api-key': apiKey };
    return (await fetch(`${llm.url}/slow/v1/messages`, { method: 'POST', body, headers })).status;
  };
  assert.equal(await ask(llm.apiKey), 200);
  assert.equal(await ask(other.apiKey), 401);
  assert.equal((await llm.counts()).totalCalls, 1);
  await llm.reset();
  assert.equal((await llm.counts()).totalCalls, 0);
  await llm.close();
  await assert.rejects(ask(llm.apiKey));
});

test('[LLM-9] a bad setting ends the process with code 2 and one line that shows no secret', async () => {
  const key = randomBytes(16).toString('hex');
  const short = key.slice(0, 11);
  const good = { LLM_API_KEY: key };
  const bad: [Record<string, string>, RegExp][] = [
    [{}, /LLM_API_KEY=\(nothing\)/],
    [{ LLM_API_KEY: short }, /LLM_API_KEY=\(too short\)/],
    [{ ...good, LATENCY_SCALE: '-1' }, /LATENCY_SCALE=-1/],
    [{ ...good, LLM_SEED: 'x' }, /LLM_SEED=x/],
    [{ ...good, LLM_FLAPPING: 'quick:1:1' }, /LLM_FLAPPING=quick:1:1/],
    [{ ...good, LLM_FLAPPING: 'mid:0:1' }, /LLM_FLAPPING=mid:0:1/],
  ];
  for (const [env] of bad) assert.throws(() => readSettings(env), { code: 'MILLRACE_REFERENCE_LLM_SETTING' });
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  await Promise.all(
    bad.map(async ([env, message]) => {
      const child = spawn(process.execPath, ['--conditions=millrace-source', main], { env, stdio: 'pipe' });
      const [said, [code]] = await Promise.all([text(child.stderr as Readable), once(child, 'exit')]);
      assert.equal(code, 2);
      assert.match(said, message);
      assert.ok(!said.includes(short));
      assert.equal(said.trim().split('\n').length, 1, said);
    }),
  );
  await assert.rejects(startLlm({ latencyScale: -1 }), { code: 'MILLRACE_REFERENCE_LLM_START' });
});
