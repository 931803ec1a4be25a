import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, request } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ErrorClass } from '../result/index.ts';
import type { Answer, BodySource, RequestSpec, Scenario } from '../scenario/index.ts';
import { makeCertificate } from '../testing/index.ts';
import { startService } from './local-service.test.ts';
import { type LoadOptions, runLoad } from './run-load.ts';

const ENGINES = ['fast', 'compat'] as const;
const GET: RequestSpec = { method: 'GET', path: '/' };

function optionsOf(
  target: string,
  spec: RequestSpec,
  more: Partial<LoadOptions<unknown>> & { onAnswer?: (answer: Answer) => void } = {},
): LoadOptions<unknown> {
  const { onAnswer, ...rest } = more;
  const step = { name: 'read', weight: 1, build: () => spec, ...(onAnswer && { onAnswer }) };
  const scenario: Scenario = { name: 'one', users: 1, createUser: () => undefined, steps: [step] };
  const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: 100 } as const;
  return { target, scenario, arrivals, seed: 1, ...rest };
}

for (const engine of ENGINES) {
  test(`[LOAD-29] ${engine}: answers, their fields and bodies, and three clocks`, async () => {
    await using server = await startService((incoming, response) => {
      response.setHeader('X-Method', `${incoming.method} ${incoming.headers.host === undefined ? '' : 'host'}`);
      incoming.pipe(response);
    });
    const source: BodySource = {
      async *open() {
        yield Buffer.from('hé');
        yield Buffer.from('llo');
      },
    };
    for (const body of ['héllo', Buffer.from('héllo'), { ...source, bytes: 6 }, source]) {
      const seen: unknown[] = [];
      const onAnswer = (answer: Answer): void => void seen.push([answer.headers['x-method'], answer.body]);
      const spec: RequestSpec = { method: 'PUT', path: '/', body };
      const { total, generator } = await runLoad(optionsOf(server.url, spec, { engine, onAnswer }));
      assert.deepEqual([total.ok, total.errors, total.bodyBytes], [10, {}, 60]);
      assert.deepEqual(seen, new Array(10).fill(['PUT host', 'héllo']));
      for (const times of [total.responseTimeUs, total.serviceTimeUs, total.firstByteTimeUs]) {
        assert.equal(times.count, 10);
      }
      assert.ok(total.firstByteTimeUs.max <= total.serviceTimeUs.max);
      assert.equal(generator.connectTimeUs.count, generator.connectionsOpened);
    }
  });

  const broken: [name: string, kind: ErrorClass, answer: RequestListener][] = [
    ['a reset', 'reset', ({ socket }) => void socket.resetAndDestroy()],
    [
      'an end amid the body',
      'reset',
      ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi'),
    ],
    ['another protocol', 'protocol', ({ socket }) => void socket.write('SSH-2.0-OpenSSH\r\n\r\n')],
    [
      'unequal lengths',
      'protocol',
      ({ socket }) => void socket.write(withHead('Content-Length: 2\r\nContent-Length: 3')),
    ],
    [
      'a length and chunks',
      'protocol',
      ({ socket }) => void socket.write(withHead('Content-Length: 2\r\nTransfer-Encoding: chunked')),
    ],
    ['silence', 'timeout', () => {}],
    ['a trickle', 'timeout', ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')],
    ['too long a body', 'check', (_incoming, response) => void response.end('x'.repeat(101))],
    ['an error status', 'status', (_incoming, response) => void response.writeHead(503).end()],
  ];
  for (const [name, kind, answer] of broken) {
    test(`[LOAD-29] ${engine}: ${name} is a ${kind} error`, async () => {
      await using server = await startService(answer);
      const { total } = await runLoad(optionsOf(server.url, GET, { engine, timeoutMs: 100, maxBodyBytes: 100 }));
      assert.deepEqual(total.errors, { [kind]: 10 });
      assert.equal(total.responseTimeUs.count, 10);
    });
  }

  test(`[LOAD-29] ${engine}: a body that cannot be read is the generator's own failure`, async () => {
    await using server = await startService((incoming) => void incoming.resume());
    const open = [
      async function* () {
        yield Buffer.from('x');
        throw new Error('ENOENT: it is gone');
      },
      (): AsyncIterable<Uint8Array> => {
        throw new Error('ENOENT: it is not there');
      },
    ];
    for (const body of open.map((open): BodySource => ({ open }))) {
      const { total } = await runLoad(optionsOf(server.url, { method: 'PUT', path: '/', body }, { engine }));
      assert.deepEqual(total.errors, { client: 10 });
    }
  });

  test(`[LOAD-150] ${engine}: a request with an option that there is not is the generator's own failure`, async () => {
    await using server = await startService((_incoming, response) => void response.end('ok'));
    const misspelt = { ...GET, header: { accept: 'text/plain' } };
    const { total, validity } = await runLoad(optionsOf(server.url, misspelt, { engine }));
    assert.deepEqual(total.errors, { client: 10 });
    assert.match(JSON.stringify(validity.reasons), /has no option header: write `headers`/);
  });

  test(`[LOAD-29] ${engine}: a target that goes away is a connect error`, async () => {
    const server = await startService((_incoming, response) => void response.end('ok'));
    const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: 300 } as const;
    setTimeout(() => void server.close(), 100);
    const { total } = await runLoad(optionsOf(server.url, GET, { engine, arrivals, timeoutMs: 500 }));
    assert.ok((total.errors.connect ?? 0) > 0, JSON.stringify(total.errors));
    assert.equal(total.ok + (total.errors.connect ?? 0) + (total.errors.reset ?? 0), 30);
  });

  test(`[LOAD-50] ${engine}: a run over TLS, its handshakes timed`, async () => {
    const { cert, key } = makeCertificate();
    const server = createSecureServer({ cert, key }, (_incoming, response) => void response.end('ok'));
    const target = `https://127.0.0.1:${await listen(server)}`;
    try {
      const { total, generator, target: named } = await runLoad(optionsOf(target, GET, { engine, tls: { ca: cert } }));
      assert.deepEqual([total.ok, total.errors, named], [10, {}, target]);
      assert.ok(generator.tlsTimeUs.count > 0);
      assert.equal(generator.tlsTimeUs.count, generator.connectionsOpened);
    } finally {
      server.close();
    }
  });

  test(`[LOAD-59] ${engine}: bytes on the wire and decoded bytes are counted apart, and only a body that is read is decoded`, async () => {
    const text = 'hello '.repeat(100);
    const coded = gzipSync(text);
    await using server = await startService((_incoming, response) => {
      response.setHeader('Content-Encoding', 'gzip');
      response.end(coded);
    });
    const seen = new Set<string>();
    const onAnswer = ({ body }: Answer): void => void seen.add(body);
    const read = (await runLoad(optionsOf(server.url, GET, { engine, onAnswer }))).total;
    assert.deepEqual([...seen], [text]);
    assert.deepEqual([read.bodyBytes, read.decodedBytes], [10 * coded.length, 10 * text.length]);
    const unread = (await runLoad(optionsOf(server.url, GET, { engine }))).total;
    assert.deepEqual([unread.bodyBytes, unread.decodedBytes], [10 * coded.length, undefined]);
  });

  test(`[LOAD-59] ${engine}: no encoding is offered unless the step does`, async () => {
    const offered = new Set<string | undefined>();
    await using server = await startService(({ headers }, response) => {
      offered.add(headers['accept-encoding'] as string | undefined);
      response.end();
    });
    await runLoad(optionsOf(server.url, GET, { engine }));
    assert.deepEqual([...offered], [undefined]);
    await runLoad(optionsOf(server.url, { ...GET, headers: { 'Accept-Encoding': 'gzip' } }, { engine }));
    assert.deepEqual([...offered], [undefined, 'gzip']);
  });
}

function withHead(fields: string): string {
  return `HTTP/1.1 200 OK\r\n${fields}\r\n\r\nhi`;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A proxy for absolute URLs and for tunnels, and what it was asked for. */
async function startProxy(): Promise<{ url: string; asked: string[] } & Disposable> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const outgoing = request(incoming.url as string, { method: incoming.method, headers: incoming.headers });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  });
  server.on('connect', (incoming, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    const [host, port] = (incoming.url as string).split(':');
    const through = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    sockets.add(through);
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  server.on('connection', (socket) => sockets.add(socket));
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('[LOAD-29] compat: through a proxy, to plain and to TLS targets', async () => {
  const { cert, key } = makeCertificate();
  const secure = createSecureServer({ cert, key }, (_incoming, response) => void response.end('ok'));
  await using plain = await startService((_incoming, response) => void response.end('ok'));
  const port = await listen(secure);
  try {
    for (const target of [plain.url, `https://127.0.0.1:${port}`]) {
      using proxy = await startProxy();
      const more = { engine: 'compat', proxy: proxy.url, tls: { ca: cert } } as const;
      const { total } = await runLoad(optionsOf(target, GET, more));
      assert.deepEqual([total.ok, total.errors], [10, {}]);
      assert.ok(proxy.asked.length > 0);
      assert.ok(
        proxy.asked.every((line) => line.includes(new URL(target).host)),
        proxy.asked.join(),
      );
    }
  } finally {
    secure.closeAllConnections();
    secure.close();
    await sleep(0);
  }
});

test('[LOAD-52] compat: behind a proxy too, TLS sessions are resumed only when asked for', async () => {
  const { cert, key } = makeCertificate();
  const resumed: boolean[] = [];
  const secure = createSecureServer({ cert, key }, (_incoming, response) => {
    response.setHeader('Connection', 'close').end('ok');
  });
  secure.on('secureConnection', (socket) => resumed.push(socket.isSessionReused()));
  const target = `https://127.0.0.1:${await listen(secure)}`;
  try {
    for (const resumeSessions of [false, true]) {
      using proxy = await startProxy();
      resumed.length = 0;
      const more = {
        engine: 'compat',
        proxy: proxy.url,
        tls: { ca: cert, resumeSessions },
        maxConnections: 1,
      } as const;
      await runLoad(optionsOf(target, GET, more));
      assert.ok(resumed.length > 1);
      assert.equal(resumed.includes(true), resumeSessions);
    }
  } finally {
    secure.closeAllConnections();
    secure.close();
    await sleep(0);
  }
});

test('[LOAD-72] engine options out of range are refused', async () => {
  for (const more of [
    { engine: 'quick' as 'fast' },
    { proxy: 'http://127.0.0.1:1' },
    { engine: 'compat' as const, proxy: 'socks5://127.0.0.1:1' },
    { connectTimeoutMs: 0 },
    { firstByteTimeoutMs: Number.NaN },
    { maxBodyBytes: 0 },
  ]) {
    await assert.rejects(runLoad(optionsOf('http://127.0.0.1:9', GET, more)), { code: 'MILLRACE_LOAD_OPTION_INVALID' });
  }
});
