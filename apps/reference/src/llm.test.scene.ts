import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { systemClock } from 'millrace/core';
import { Counters } from './counters.ts';
import { createFailover, createProviderCalls, type ProviderCallOptions, Providers } from './gateway/index.ts';
import type { AnswerEvent, AnswerStream, Question } from './ports/index.ts';

/** Questions to language models, and providers that answer them as a test wants. */

export const QUESTION: Question = { model: 'swift-1', max_tokens: 100, messages: [{ role: 'user', content: 'why?' }] };
export const REPEATED: Question = { ...QUESTION, temperature: 0 };
export const NEVER = new AbortController().signal;

export async function eventsOf(answer: AnswerStream | Promise<AnswerStream>): Promise<AnswerEvent[]> {
  return arrayOf((await answer).events);
}

export async function arrayOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export const event = (name: string, rest: object = {}): string =>
  `event: ${name}\ndata: ${JSON.stringify({ type: name, ...rest })}\n\n`;
export const START = event('message_start', { message: { id: 'msg_1', model: 'swift-1', usage: { input_tokens: 3 } } });
export const DELTA = event('content_block_delta', { delta: { type: 'text_delta', text: 'because' } });
export const STOP = event('message_stop');

export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;
export const sends =
  (...pieces: string[]): Behaviour =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };
export const hangs =
  (...pieces: string[]): Behaviour =>
  (response) => {
    if (pieces.length > 0) response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
  };

/** Providers whose every answer the test decides. */
export async function scripted(t: TestContext, options: Partial<ProviderCallOptions> = {}) {
  const asked: string[] = [];
  const left: string[] = [];
  const behaviours: Record<string, Behaviour> = {};
  const server = createServer((request, response) => {
    const provider = request.url?.split('/')[1] ?? '';
    asked.push(provider);
    response.once('close', () => !response.writableFinished && left.push(provider));
    request.resume().once('end', () => (behaviours[provider] ?? sends(START, DELTA, STOP))(response, request));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const counters = new Counters();
  const limits = { maxConnections: 10, keepAliveMs: 10_000, keepAlive: true, ...options };
  const calls = createProviderCalls({ baseUrl, apiKey: 'key', ...limits }, counters);
  t.after(async () => {
    await calls.close();
    server.closeAllConnections();
    server.close();
  });
  const providers = new Providers(systemClock, limits.maxConnections);
  return { asked, left, behaviours, counters, providers, server, llm: createFailover(providers, calls) };
}
