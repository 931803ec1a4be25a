import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import type { Clock } from 'millrace/core';
import { type Static, Type } from 'typebox';
import { MessageReader, writeEvent } from '../gateway/index.ts';
import {
  type AnswerEvent,
  type AnswerStream,
  type Llm,
  type Message,
  MODELS,
  type OwnKeys,
  type ProviderKeys,
  type Question,
  type RequestLog,
  type TokenUsage,
} from '../ports/index.ts';
import { clientGone, Problem } from '../problem.ts';
import type { Authorisation } from './authorisation.ts';
import { listOf, nullable, oneOf } from './fields.ts';

export interface MessageParts {
  readonly llm: Llm;
  readonly providerKeys: ProviderKeys;
  readonly requestLog: RequestLog;
  readonly authorise: Authorisation;
  readonly clock: Clock;
}

const MAX_CHARACTERS = 200_000;
const MAX_TOKENS = 4_096;
/** How much of a stream waits here for a client that reads slowly, in bytes. */
const STREAM_BUFFER_BYTES = 16_384;
/** Who takes nothing of a stream for so long keeps a provider from others. */
const STALL_MS = 30_000;
const EVENT_STREAM = 'text/event-stream; charset=utf-8';

const Text = Type.String({ minLength: 1, maxLength: MAX_CHARACTERS });
const TextBlock = Type.Object({ type: Type.Literal('text'), text: Text }, { additionalProperties: false });
const Turn = Type.Object(
  {
    role: oneOf(['user', 'assistant']),
    content: Type.Union([Text, Type.Array(TextBlock, { minItems: 1, maxItems: 100 })]),
  },
  { additionalProperties: false },
);
const MessagesBody = Type.Object(
  {
    model: oneOf(MODELS),
    messages: Type.Array(Turn, { minItems: 1, maxItems: 200 }),
    max_tokens: Type.Integer({ minimum: 1, maximum: MAX_TOKENS }),
    system: Type.Optional(Text),
    temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    top_p: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    stop_sequences: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 8 })),
    stream: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
const MessageAnswer = Type.Object({
  ...{ id: Type.String(), type: Type.Literal('message'), role: Type.Literal('assistant'), model: Type.String() },
  content: listOf(Type.Object({ type: Type.Literal('text'), text: Type.String() })),
  ...{ stop_reason: nullable('string'), stop_sequence: nullable('string') },
  usage: Type.Object({ input_tokens: Type.Integer(), output_tokens: Type.Integer() }),
});

/** The gateway: one question to whichever provider serves it, answered whole or as a stream of events. */
export function messageRoutes({
  llm,
  providerKeys,
  requestLog,
  authorise,
  clock,
}: MessageParts): FastifyPluginAsyncTypebox {
  return async (app) => {
    const schema = { body: MessagesBody, response: { 200: MessageAnswer } };
    app.post('/messages', { onRequest: authorise, schema }, async (request, reply) => {
      const { stream = false } = request.body;
      const question = toQuestion(request.body);
      const { userId } = request.identity;
      const keys = await providerKeys.open(userId);
      const exchange = new Exchange(
        { requestId: randomUUID(), userId, model: question.model, streamed: stream },
        { requestLog, clock, reply },
      );
      const answer = await exchange.begin(llm, question, keys);
      return stream ? (exchange.send(answer) as never) : await exchange.readWhole(answer);
    });
  };
}

/** In one order, whatever order the client chose: equal questions are equal text. */
function toQuestion(body: Static<typeof MessagesBody>): Question {
  const { model, system, messages, max_tokens, temperature, top_p, stop_sequences } = body;
  return {
    ...{ model, max_tokens },
    ...(system !== undefined && { system }),
    messages: messages.map(({ role, content }) => ({
      role,
      content: typeof content === 'string' ? content : content.map(({ text }) => ({ type: 'text', text })),
    })),
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { top_p }),
    ...(stop_sequences !== undefined && { stop_sequences }),
  };
}

interface Asked {
  readonly requestId: string;
  readonly userId: number;
  readonly model: Question['model'];
  readonly streamed: boolean;
}

interface Surroundings {
  readonly requestLog: RequestLog;
  readonly clock: Clock;
  readonly reply: FastifyReply;
}

/** One question and its answer: ends the call when the client leaves, and logs the request once, however it ended. */
class Exchange {
  readonly #asked: Asked;
  readonly #around: Surroundings;
  readonly #startedAt: number;
  readonly #client = new AbortController();
  readonly #reader = new MessageReader();
  #provider: string | null = null;
  #logged = false;

  constructor(asked: Asked, around: Surroundings) {
    this.#asked = asked;
    this.#around = around;
    this.#startedAt = around.clock.now();
    around.reply.raw.once('close', () => {
      const gone = clientGone();
      this.#log(gone.status);
      this.#client.abort(gone);
    });
  }

  async begin(llm: Llm, question: Question, keys: OwnKeys | undefined): Promise<AnswerStream> {
    try {
      const answer = await llm.ask(question, this.#client.signal, keys);
      this.#provider = answer.provider;
      this.#around.reply.header('llm-provider', answer.provider);
      return answer;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  async readWhole({ events, whole }: AnswerStream): Promise<Message> {
    if (whole) {
      this.#log(200, whole.message.usage);
      return whole.message;
    }
    try {
      for await (const event of events) this.#reader.read(event);
    } catch (error) {
      throw this.#fail(error);
    }
    this.#log(200);
    return this.#reader.message();
  }

  /** Sends the answer as it comes, as fast as the client takes it; one that is at hand in one piece. */
  send({ events, whole }: AnswerStream): FastifyReply {
    const reply = this.#around.reply.header('content-type', EVENT_STREAM).header('cache-control', 'no-cache');
    if (whole) {
      this.#log(200, whole.message.usage);
      return reply.send(whole.events.map(writeEvent).join(''));
    }
    return reply.send(Readable.from(this.#texts(events), { objectMode: false, highWaterMark: STREAM_BUFFER_BYTES }));
  }

  /** A failure after the beginning can only be told in the stream. */
  async *#texts(events: AsyncIterable<AnswerEvent>): AsyncGenerator<string, void, undefined> {
    const { clock, reply } = this.#around;
    try {
      for await (const event of events) {
        this.#reader.readUsage(event);
        const stalled = clock.schedule(STALL_MS, () => reply.raw.destroy(), { keepAlive: false });
        try {
          yield writeEvent(event);
        } finally {
          stalled.cancel();
        }
      }
      this.#log(200);
    } catch (error) {
      const { message } = this.#fail(error);
      yield writeEvent({
        name: 'error',
        data: JSON.stringify({ type: 'error', error: { type: 'api_error', message } }),
      });
    }
  }

  #fail(error: unknown): Error {
    if (!(error instanceof Problem)) this.#around.reply.log.error(error);
    const failure =
      error instanceof Problem ? error : new Problem(502, 'the provider gave an answer that makes no sense');
    this.#log(failure.status);
    return failure;
  }

  #log(status: number, usage: TokenUsage = this.#reader.usage): void {
    if (this.#logged) return;
    this.#logged = true;
    const { requestLog, clock } = this.#around;
    const { input_tokens: inputTokens, output_tokens: outputTokens } = usage;
    requestLog.add({
      ...this.#asked,
      ...{ provider: this.#provider, status, inputTokens, outputTokens },
      ...{ durationMs: clock.now() - this.#startedAt, at: new Date(clock.wallNow()) },
    });
  }
}
