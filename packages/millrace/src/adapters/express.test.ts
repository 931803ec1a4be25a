import { strict as assert } from 'node:assert';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { createCache } from '../cache/index.ts';
import { cacheResponse } from './express.ts';

type Handle = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** What some middleware before and after the cache, and a handler, make of two requests. */
async function askTwice(
  handler: RequestHandler,
  { before = [], after = [], error = [] }: { before?: Handle[]; after?: Handle[]; error?: ErrorRequestHandler[] } = {},
): Promise<{ runs: number; answers: { status: number; body: string; headers: Headers }[] }> {
  let runs = 0;
  await using cache = createCache({ name: 'answers' });
  const app = express().set('env', 'test');
  for (const one of before) app.use(one);
  app.use(cacheResponse({ cache }));
  for (const one of after) app.use(one);
  app.get('/', (...given) => {
    runs++;
    return handler(...given);
  });
  for (const one of error) app.use(one);
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const answers: { status: number; body: string; headers: Headers }[] = [];
  for (let i = 0; i < 2; i++) {
    const response = await fetch(url);
    answers.push({ status: response.status, body: await response.text(), headers: response.headers });
  }
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  return { runs, answers };
}

/** Changes what is sent and adds a header when the head is written, as compressors do. */
const shout: Handle = (_request, response, next) => {
  const { end, writeHead } = response;
  response.end = ((chunk: unknown) => end.call(response, String(chunk).toUpperCase(), 'utf8')) as typeof end;
  response.writeHead = ((...given: unknown[]) => {
    response.setHeader('x-late', 'yes');
    return writeHead.apply(response, given as never);
  }) as typeof writeHead;
  next();
};

test('[ADAPTER-2] express: middleware before the cache works on a stored answer as on a new one, once, and leaves nothing in it', async () => {
  let visits = 0;
  const count: Handle = (_request, response, next) => {
    response.setHeader('x-visit', String(++visits));
    next();
  };
  const { runs, answers } = await askTwice((_request, response) => void response.send('text'), {
    before: [count, shout],
  });
  assert.equal(runs, 1);
  assert.deepEqual(
    answers.map(({ body, headers }) => [body, headers.get('x-visit'), headers.get('x-late')]),
    [
      ['TEXT', '1', 'yes'],
      ['TEXT', '2', 'yes'],
    ],
  );
});

test('[ADAPTER-2] express: what stands between the cache and the handler is part of the answer', async () => {
  const { runs, answers } = await askTwice((_request, response) => void response.send('text'), { after: [shout] });
  assert.equal(runs, 1);
  for (const { body, headers } of answers) assert.deepEqual([body, headers.get('x-late')], ['TEXT', 'yes']);
});

test('[ADAPTER-2, CACHE-404] express: a cookie that is set when the head is written is seen', async () => {
  const session: Handle = (_request, response, next) => {
    const { writeHead } = response;
    response.writeHead = ((...given: unknown[]) => {
      response.setHeader('set-cookie', 'session=1');
      return writeHead.apply(response, given as never);
    }) as typeof writeHead;
    next();
  };
  const { runs, answers } = await askTwice((_request, response) => void response.send('text'), { after: [session] });
  assert.equal(runs, 2);
  for (const { headers } of answers) assert.equal(headers.get('set-cookie'), 'session=1');
});

for (const [how, handler] of [
  ['an object', (response) => response.writeHead(203, { 'X-One': '1', 'X-Two': ['a', 'b'] }).end('text')],
  [
    'a message and an object',
    (response) => response.writeHead(203, 'Fine', { 'X-One': '1', 'X-Two': ['a', 'b'] }).end('text'),
  ],
  ['a list', (response) => response.writeHead(203, ['X-One', '1', 'X-Two', 'a', 'X-Two', 'b']).end('text')],
  [
    'bytes in another encoding',
    (response) => response.writeHead(203, { 'X-One': '1', 'X-Two': 'a, b' }).end('dGV4dA==', 'base64'),
  ],
] satisfies [string, (response: ServerResponse) => unknown][]) {
  test(`[ADAPTER-4] express: a head written with ${how} is kept`, async () => {
    const { runs, answers } = await askTwice((_request, response) => void handler(response));
    assert.equal(runs, 1);
    for (const { status, body, headers } of answers)
      assert.deepEqual([status, body, headers.get('x-one'), headers.get('x-two')], [203, 'text', '1', 'a, b']);
  });
}

test('[ADAPTER-4] express: what is done to an answer after its end comes too late, and its callback is called', async () => {
  let ended = 0;
  const { runs, answers } = await askTwice((_request, response) => {
    response
      .status(200)
      .set('x-good', 'yes')
      .end('good', () => ended++);
    response.status(500).set('x-good', 'no');
    response.end('bad');
    response.write('worse');
    throw new Error('after the answer');
  });
  assert.deepEqual([runs, ended], [1, 1]);
  for (const { status, body, headers } of answers)
    assert.deepEqual([status, body, headers.get('x-good')], [200, 'good', 'yes']);
});

for (const [what, noted] of [
  ['a session, empty too', (request) => ({ on: request, what: { session: {} } })],
  ['claims of a token', (request) => ({ on: request, what: { auth: { sub: 'ann' } } })],
  ['a connection with a certificate', ({ socket }) => ({ on: socket, what: { authorized: true } })],
  [
    'a certificate that is no longer good',
    ({ socket }) => ({ on: socket, what: { authorizationError: 'CERT_HAS_EXPIRED' } }),
  ],
] satisfies [string, (request: IncomingMessage) => { on: object; what: object }][]) {
  for (const where of ['before', 'after'] as const) {
    test(`[ADAPTER-6] express: ${what}, ${where} the cache, makes a request an authorised one`, async () => {
      const note: Handle = (request, _response, next) => {
        const { on, what: known } = noted(request);
        Object.assign(on, known);
        next();
      };
      const { runs } = await askTwice((_request, response) => void response.send('text'), { [where]: [note] });
      assert.equal(runs, 2);
    });
  }
}

test('[CACHE-422] express: what adds to the headers of an answer that is sent adds to no other', async () => {
  const late: Handle = (_request, response, next) => {
    const { end } = response;
    response.end = ((...given: unknown[]) => {
      response.appendHeader('link', '</late>');
      return end.apply(response, given as never);
    }) as typeof end;
    next();
  };
  const { runs, answers } = await askTwice(
    (_request, response) => void response.set('link', ['</a>', '</b>']).send('text'),
    {
      before: [late],
    },
  );
  assert.equal(runs, 1);
  for (const { headers } of answers) assert.equal(headers.get('link'), '</a>, </b>, </late>');
});

test('[ADAPTER-4] express: a stream is sent as it comes, its head first', async () => {
  const { runs, answers } = await askTwice((_request, response) => {
    response.writeHead(200, { 'X-One': '1' });
    response.flushHeaders();
    setTimeout(() => {
      response.write('one ');
      setTimeout(() => response.end('two'), 5);
    }, 5);
  });
  assert.equal(runs, 2);
  for (const { body, headers } of answers) assert.deepEqual([body, headers.get('x-one')], ['one two', '1']);
});

test('[ADAPTER-4] express: an error handler answers as it does without a cache', async () => {
  const handle: ErrorRequestHandler = (error, _request, response, _next) =>
    void response.status(418).send(error.message);
  const { runs, answers } = await askTwice((_request, _response, next) => next(new Error('short and stout')), {
    error: [handle],
  });
  assert.equal(runs, 2);
  for (const { status, body } of answers) assert.deepEqual([status, body], [418, 'short and stout']);
});
