import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from 'millrace/core';
import { type BodySource, fileBody, type RequestSpec } from '../scenario/index.ts';
import { openPool } from './pool-client.test.ts';
import { respond, type ScriptedRequest, startScripted } from './scripted-server.test.ts';

const ON_HEAD = { onHead: true };
const OK = respond('ok');

function put(body: RequestSpec['body'], more: Partial<RequestSpec> = {}): RequestSpec {
  return { method: 'PUT', path: '/', ...(body !== undefined && { body }), ...more };
}

/** Parts without end, and whether the engine has let go of them. */
class Spring implements BodySource {
  sent: number = 0;
  left: boolean = false;
  readonly #bytes: number;

  constructor(partBytes: number) {
    this.#bytes = partBytes;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        this.sent += this.#bytes;
        yield Buffer.alloc(this.#bytes, 'x');
      }
    } finally {
      this.left = true;
    }
  }
}

async function* parts(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('[LOAD-54] bytes, a file and a source of known length go out with Content-Length, byte for byte', async () => {
  const bytes = Buffer.alloc(200_000, 'bytes ');
  const folder = await mkdtemp(path.join(tmpdir(), 'upload-'));
  try {
    const file = path.join(folder, 'body');
    await writeFile(file, bytes);
    const source: BodySource = { bytes: 5, open: () => parts('he', '', 'llo') };
    await using server = await startScripted(({ socket, body, head }) =>
      socket.write(respond(`${/transfer-encoding/i.test(head)} ${body}`)),
    );
    using client = openPool(server.port);
    for (const [body, expected] of [
      [bytes, bytes.toString()],
      [fileBody(file), bytes.toString()],
      [fileBody(file), bytes.toString()],
      [source, 'hello'],
      [Buffer.from('small'), 'small'],
    ] as const) {
      const ending = await client.send(put(body));
      assert.ok(ending.kind === 'answer' && ending.body === `false ${expected}`, ending.kind);
    }
    assert.equal(client.pool.opened, 1);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('[LOAD-54] a source of unknown length goes out in chunks', async () => {
  let text = '';
  const headSeen = Promise.withResolvers<void>();
  await using server = await startScripted(({ socket, head }) => {
    text += head;
    headSeen.resolve();
    socket.on('data', (part: string) => {
      text += part;
      if (text.endsWith('0\r\n\r\n')) socket.write(OK);
    });
  }, ON_HEAD);
  using client = openPool(server.port);
  const source: BodySource = {
    async *open() {
      await headSeen.promise;
      yield* parts('hello', '', 'x'.repeat(17));
    },
  };
  assert.equal((await client.send(put(source))).kind, 'answer');
  assert.match(text, /Transfer-Encoding: chunked/);
  assert.doesNotMatch(text, /Content-Length/);
  assert.ok(text.endsWith(`5\r\nhello\r\n11\r\n${'x'.repeat(17)}\r\n0\r\n\r\n`), text);
});

test('[LOAD-54] a body is read no faster than the service takes it', async () => {
  const spring = new Spring(65_536);
  await using server = await startScripted(({ socket }) => void socket.pause(), ON_HEAD);
  using client = openPool(server.port, { timeoutMs: 400 });
  const ending = client.send(put(spring));
  await sleep(200);
  const { sent } = spring;
  await sleep(100);
  assert.equal(spring.sent, sent);
  // What the two sockets of the system hold, and a part.
  assert.ok(sent < 32 * 2 ** 20, `${sent}`);
  assert.equal((await ending).kind, 'timeout');
  await sleep(10);
  assert.equal(spring.left, true);
});

for (const [name, source, reason] of [
  ['shorter than announced', { bytes: 6, open: () => parts('hello') }, /ended after 5 of the 6/],
  ['longer than announced', { bytes: 4, open: () => parts('hello') }, /longer than the 4/],
  ['that cannot be read', fileThatVanished(), /ENOENT/],
] as const) {
  test(`[LOAD-54] a body ${name} is the generator's own failure`, async () => {
    await using server = await startScripted(() => {}, ON_HEAD);
    using client = openPool(server.port);
    const ending = await client.send(put(source));
    assert.equal(ending.kind, 'client');
    assert.match('reason' in ending ? ending.reason : '', reason);
  });
}

function fileThatVanished(): BodySource {
  const missing = new URL('./no-such-file', import.meta.url);
  assert.throws(() => fileBody(missing), { code: 'ENOENT' });
  return {
    async *open() {
      yield Buffer.from('x');
      throw Object.assign(new Error('ENOENT: it is gone'), { code: 'ENOENT' });
    },
  };
}

test('[LOAD-55] the body waits until the service has asked for it', async () => {
  const seen: string[] = [];
  await using server = await startScripted(({ socket, head }) => {
    seen.push(/expect: .*/i.exec(head)?.[0] ?? '');
    socket.on('data', (part: string) => {
      seen.push(part);
      setTimeout(() => socket.write(OK), 80);
    });
    setTimeout(() => {
      seen.push('asked');
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    }, 20);
  }, ON_HEAD);
  using client = openPool(server.port);
  const ending = await client.send(put('hello', { expectContinue: true }));
  assert.deepEqual(seen, ['Expect: 100-continue', 'asked', 'hello']);
  // An interim response is not the first byte of the answer.
  assert.ok(ending.kind === 'answer' && ending.firstByteMs >= 95, JSON.stringify(ending));
  assert.equal((await client.send(put(undefined))).kind, 'answer');
  assert.equal(client.pool.opened, 1);
});

test('[LOAD-58] early hints are not the first byte of the answer', async () => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
  await using server = await startScripted(({ socket, connection }) => {
    if (connection > 0) return void socket.write(hints);
    socket.write(hints.slice(0, 20));
    setTimeout(() => socket.write(hints.slice(20)), 20);
    setTimeout(() => socket.write(OK.slice(0, 12)), 80);
    setTimeout(() => socket.write(OK.slice(12)), 140);
  });
  using client = openPool(server.port);
  const ending = await client.send({ method: 'GET', path: '/' });
  assert.ok(ending.kind === 'answer' && ending.firstByteMs >= 75, JSON.stringify(ending));
  using patient = openPool(server.port, { firstByteTimeoutMs: 50 });
  const late = await patient.send({ method: 'GET', path: '/' });
  assert.deepEqual([late.kind, 'reason' in late && late.reason], ['timeout', 'no first byte in time']);
});

test('[LOAD-55] after a second of silence the body goes all the same', async () => {
  let passed = 0;
  const waits: number[] = [];
  const clock = {
    ...systemClock,
    now: () => systemClock.now() + passed,
    schedule(delayMs: number, fire: () => void) {
      waits.push(delayMs);
      passed += delayMs;
      return systemClock.schedule(0, fire);
    },
  };
  await using server = await startScripted(({ socket }) => void socket.write(OK));
  using client = openPool(server.port, { clock });
  assert.equal((await client.send(put('hello', { expectContinue: true }))).kind, 'answer');
  assert.deepEqual(waits, [1_000]);
});

test('[LOAD-55] a final answer instead of 100 Continue is taken, and the body never sent', async () => {
  let body = '';
  await using server = await startScripted(({ socket, connection }) => {
    socket.on('data', (part: string) => {
      body += part;
    });
    socket.write(connection === 0 ? respond('no', 'HTTP/1.1 417 Expectation Failed') : OK);
  }, ON_HEAD);
  using client = openPool(server.port);
  const ending = await client.send(put('hello', { expectContinue: true }));
  assert.equal(ending.kind === 'answer' && ending.status, 417);
  assert.equal((await client.send(put(undefined))).kind, 'answer');
  assert.deepEqual([client.pool.opened, body], [2, '']);
});

test('[LOAD-56] a refusal while the body is on its way stops it; its answer is read and the connection closed', async () => {
  const spring = new Spring(16_384);
  let received = 0;
  await using server = await startScripted((request) => refuse(request), ON_HEAD);
  const refuse = ({ socket, connection }: ScriptedRequest): void => {
    if (connection > 0) return void socket.write(OK);
    socket.on('data', (part: string) => {
      received += part.length;
      if (received - part.length < 1_000_000 && received >= 1_000_000) {
        socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\n');
        setTimeout(() => socket.write('too much'), 100);
      }
    });
  };
  using client = openPool(server.port);
  const ending = await client.send(put(spring));
  assert.deepEqual(ending.kind === 'answer' && [ending.status, ending.body], [413, 'too much']);
  assert.equal(spring.left, true);
  const { sent } = spring;
  assert.equal((await client.send(put(undefined))).kind, 'answer');
  assert.equal(spring.sent, sent);
  assert.equal(client.pool.opened, 2);
});

test('[LOAD-56] an answer of success that begins early lets the body go on', async () => {
  await using server = await startScripted(({ socket }) => {
    let body = '';
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n');
    socket.on('data', (part: string) => {
      body += part;
      if (body.length === 10) socket.write(body);
    });
  }, ON_HEAD);
  using client = openPool(server.port);
  const source: BodySource = {
    bytes: 10,
    async *open() {
      for (let i = 0; i < 5; i++) {
        await sleep(5);
        yield Buffer.from(`${i};`);
      }
    },
  };
  const ending = await client.send(put(source));
  assert.equal(ending.kind === 'answer' && ending.body, '0;1;2;3;4;');
  assert.equal(client.pool.opened, 1);
});

test('[LOAD-41] a body that is sent once more is read from its start', async () => {
  let opened = 0;
  const source: BodySource = {
    bytes: 5,
    open() {
      opened++;
      return parts('hello');
    },
  };
  await using server = await startScripted(({ socket, connection, request, body }) => {
    if (connection === 0 && request === 1) socket.end();
    else socket.write(respond(body));
  });
  using client = openPool(server.port);
  await client.send(put(undefined));
  const ending = await client.send(put(source));
  assert.deepEqual([ending.kind === 'answer' && ending.body, opened, client.resent], ['hello', 2, 1]);
});
