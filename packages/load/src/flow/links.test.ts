import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createRandom, systemClock } from 'millrace/core';
import { WebSocketServer } from 'ws';
import { openTarget, RunMemory, type Target } from '../run/index.ts';
import { makeCertificate } from '../testing/index.ts';
import { startFlowService } from './flow-service.test.ts';
import { InboxBytes } from './inbox.ts';
import { Links } from './links.ts';
import { RowBook } from './row-book.ts';
import { Span } from './span.ts';

const USER = {};

function openLinks(target: Target, most = 10_000) {
  const memory = new RunMemory(1_000);
  const failures: string[] = [];
  const spans = new Set<Span>();
  const requests = new RowBook(memory, 'step');
  const ground = {
    ...{ target, spans, requests, clock: systemClock, random: createRandom(1), isStopped: false },
    inboxBytes: new InboxBytes(1_000),
    begin(row: Span['row'], now: number): Span {
      const span = new Span(row, now, now);
      spans.add(span);
      return span;
    },
    refuse: () => Promise.reject(new Error('stopped')),
  };
  const recorder = { clientFailed: (reason: string) => void failures.push(reason) };
  const links = new Links(ground, recorder as unknown as ConstructorParameters<typeof Links>[1], most);
  return { links, failures, requests };
}

test('[FLOW-35] connections that last go to each address in turn, by the port of `connectTo`, over the TLS of the target', async () => {
  const { cert, key } = makeCertificate('load.test');
  const reached: string[] = [];
  const server = createSecureServer({ cert, key }, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  server.on('connection', (socket) => reached.push(socket.localAddress ?? ''));
  new WebSocketServer({ server });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connectTo = `127.0.0.1:${port}`;
  const target = await openTarget('https://load.test', { connectTo, tls: { ca: cert } });
  reached.length = 0;
  const { links } = openLinks({ ...target, addresses: ['127.0.0.1', '127.0.0.2'] });
  try {
    await links.openSocket(USER, '/', {}, undefined);
    await links.openEvents(USER, '/', {}, undefined);
    assert.deepEqual(reached, ['127.0.0.1', '127.0.0.2']);
    assert.equal(links.opened, 2);
    const other = openLinks({ ...target, hostname: 'other.test' });
    await assert.rejects(other.links.openSocket(USER, '/', {}, undefined), /ERR_TLS_CERT_ALTNAME_INVALID/);
    await assert.rejects(other.links.openEvents(USER, '/', {}, undefined), /altnames/);
  } finally {
    links.close();
    server.closeAllConnections();
    server.close();
  }
});

test('[FLOW-35] through a proxy none is opened', async () => {
  const target = { origin: 'http://load.test', host: 'load.test', hostname: 'load.test', addresses: [], port: 80 };
  const { links } = openLinks(target);
  const refused = { code: 'MILLRACE_LOAD_OPTION_INVALID', message: /proxy/ };
  await assert.rejects(links.openSocket(USER, '/', {}, undefined), refused);
  await assert.rejects(links.openEvents(USER, '/', {}, undefined), refused);
  assert.equal(links.opened, 0);
});

test('[FLOW-50] nothing can be smuggled into the opening of either', async () => {
  await using service = await startFlowService((_seen, response) => void response.end());
  const { links } = openLinks(await openTarget(service.target));
  const refused = { code: 'MILLRACE_LOAD_REQUEST_INVALID' };
  for (const open of [links.openSocket.bind(links), links.openEvents.bind(links)]) {
    await assert.rejects(open(USER, '/a b', {}, undefined), refused);
    for (const headers of [{ 'Transfer-Encoding': 'chunked' }, { host: 'x' }, { a: '1\r\nb: 2' }, { 'a b': '1' }]) {
      await assert.rejects(open(USER, '/', { headers }, undefined), refused, JSON.stringify(headers));
    }
  }
  assert.deepEqual([links.opened, service.seen.length], [0, 0]);
});

test('[FLOW-36] one too many is a failure of the generator, in its row', async () => {
  await using service = await startFlowService((_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  const { links, failures, requests } = openLinks(await openTarget(service.target), 1);
  await links.openEvents(USER, '/', {}, undefined);
  const full = { code: 'MILLRACE_FLOW_REQUEST_FAILED', message: /client/ };
  await assert.rejects(links.openEvents(USER, '/', { name: 'stream' }, undefined), full);
  await assert.rejects(links.openSocket(USER, '/', { name: 'socket' }, undefined), full);
  links.close();
  const { stream, socket } = requests.results();
  assert.deepEqual([stream?.errors, socket?.errors, failures.length], [{ client: 1 }, { client: 1 }, 2]);
  assert.match(failures[0] ?? '', /maxLinks/);
});
