import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { LoadResult } from '../result/index.ts';
import { type LoadOptions, runLoad } from '../run/index.ts';

/** One request as the service saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A service in this process that keeps what it saw. */
export interface FlowService extends AsyncDisposable {
  readonly target: string;
  readonly seen: Seen[];
  /** Connections open now. */
  readonly open: number;
  readonly server: ReturnType<typeof createServer>;
}

/** @param answer told of each request once its body is there */
export async function startFlowService(
  answer: (seen: Seen, response: ServerResponse) => void | Promise<void>,
): Promise<FlowService> {
  const seen: Seen[] = [];
  let open = 0;
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: await text(request.setEncoding('latin1')) };
    seen.push(one);
    await answer(one, response);
  });
  server.on('connection', (socket) => {
    open++;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get open() {
      return open;
    },
    server,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Runs `count` iterations, one each 10 ms. */
export function runFlows(
  { target }: FlowService,
  scenario: LoadOptions<unknown>['scenario'],
  count: number,
  options: Partial<LoadOptions<unknown>> = {},
): Promise<LoadResult> {
  const arrivals = { kind: 'constant', ratePerSecond: 100, durationMs: count * 10 } as const;
  return runLoad({ target, scenario, arrivals, seed: 1, ...options });
}

/** Fails unless the result is what its schema says. */
export async function assertAsSchema(result: LoadResult): Promise<void> {
  const file = new URL('../../schemas/load-result.schema.json', import.meta.url);
  const schema = JSON.parse(await readFile(file, 'utf8')) as object;
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
  assert.ok(validate(JSON.parse(JSON.stringify(result))), JSON.stringify(validate.errors));
}
