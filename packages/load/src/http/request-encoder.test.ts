import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from 'millrace/testing';
import type { RequestSpec } from '../scenario/index.ts';
import { encodeRequest } from './request-encoder.ts';

function wire(spec: RequestSpec): string {
  const { text, encoding } = encodeRequest(spec, 'host:1');
  return Buffer.from(text, encoding).toString('latin1');
}

test('[LOAD-30] a request is one piece of text with Host, its headers and the length of its body in bytes', () => {
  assert.equal(wire({ method: 'GET', path: '/a?b=c' }), 'GET /a?b=c HTTP/1.1\r\nHost: host:1\r\n\r\n');
  assert.equal(
    wire({ method: 'POST', path: '/', headers: { 'X-A': 'b' }, body: 'hi' }),
    'POST / HTTP/1.1\r\nHost: host:1\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi',
  );
  assert.equal(wire({ method: 'PUT', path: '/' }), 'PUT / HTTP/1.1\r\nHost: host:1\r\nContent-Length: 0\r\n\r\n');
  assert.equal(wire({ method: 'DELETE', path: '/' }), 'DELETE / HTTP/1.1\r\nHost: host:1\r\n\r\n');
  assert.match(wire({ method: 'POST', path: '/', body: 'é€😀' }), /Content-Length: 9\r\n\r\n.{9}$/s);
});

test('[LOAD-30] any body arrives as its UTF-8 bytes', () => {
  const property = fc.property(fc.string({ unit: 'binary' }), (body) => {
    const [, sent] = wire({ method: 'POST', path: '/', body }).split('\r\n\r\n', 2);
    if (!body.includes('\r\n\r\n')) assert.equal(sent, Buffer.from(body).toString('latin1'));
  });
  fc.assert(property, propertySeed());
});

test('[LOAD-30] idempotent methods are known', () => {
  const idempotent = (method: RequestSpec['method']): boolean => encodeRequest({ method, path: '/' }, 'h').idempotent;
  assert.deepEqual((['GET', 'HEAD', 'PUT', 'DELETE'] as const).map(idempotent), [true, true, true, true]);
  assert.deepEqual((['POST', 'PATCH'] as const).map(idempotent), [false, false]);
});

test('[LOAD-31] nothing in path or headers can smuggle in a header or a request', () => {
  const bad: RequestSpec[] = [
    { method: 'GET', path: 'x' },
    { method: 'GET', path: '/a b' },
    { method: 'GET', path: '/\r\nX: y' },
    { method: 'GET', path: '/é' },
    { method: 'GET\r\n' as 'GET', path: '/' },
    { method: 'TRACE' as 'GET', path: '/' },
    { method: 'GET', path: '/', headers: { 'X Y': 'a' } },
    { method: 'GET', path: '/', headers: { '': 'a' } },
    { method: 'GET', path: '/', headers: { X: 'a\r\nY: b' } },
    { method: 'GET', path: '/', headers: { X: 'a\nb' } },
    { method: 'GET', path: '/', headers: { X: 'é' } },
    { method: 'GET', path: '/', headers: { Host: 'other' } },
    { method: 'GET', path: '/', headers: { 'content-length': '5' } },
    { method: 'GET', path: '/', headers: { 'Transfer-Encoding': 'chunked' } },
    { method: 'GET', path: '/', headers: { Connection: 'close' } },
  ];
  for (const spec of bad) {
    assert.throws(() => encodeRequest(spec, 'h'), { code: 'MILLRACE_LOAD_REQUEST_INVALID' }, JSON.stringify(spec));
  }
});

test('[LOAD-31] the length that a source announces is a number of bytes', () => {
  async function* open() {}
  for (const bytes of [Number.NaN, 1.5, -1, 2 ** 53, '1\r\nX: y' as unknown as number]) {
    const spec: RequestSpec = { method: 'PUT', path: '/', body: { bytes, open } };
    assert.throws(() => encodeRequest(spec, 'h'), { code: 'MILLRACE_LOAD_REQUEST_INVALID' }, String(bytes));
  }
  assert.match(encodeRequest({ method: 'PUT', path: '/', body: { bytes: 0, open } }, 'h').text, /Content-Length: 0\r/);
});

test('[LOAD-31] whatever is accepted has one head', () => {
  const any = fc.string({ unit: 'binary-ascii' });
  const property = fc.property(any, any, any, (path, name, value) => {
    let sent: string;
    try {
      sent = wire({ method: 'GET', path: `/${path}`, headers: { [name]: value } });
    } catch {
      return;
    }
    assert.deepEqual(sent.split('\r\n').length, 5);
    assert.ok(!/[\r\n]/.test(sent.replaceAll('\r\n', '')));
  });
  fc.assert(property, { numRuns: 500, ...propertySeed() });
});

test('[LOAD-30] a body of bytes goes out byte for byte', () => {
  const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const { text, encoding } = encodeRequest({ method: 'PUT', path: '/', body }, 'h');
  assert.match(text, /\r\nContent-Length: 256\r\n\r\n/);
  assert.deepEqual(Buffer.from(text, encoding).subarray(-256), Buffer.from(body));
});
