import type { OwnKeys } from './provider-keys.ts';
import type { Period } from './statistics.ts';

export const MODELS = ['swift-1', 'steady-1', 'deep-1'] as const;
export type Model = (typeof MODELS)[number];

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly { readonly type: 'text'; readonly text: string }[];
}

/** What is asked of a language model, in the names of the Messages API: all of it changes the answer, and nothing else does. */
export interface Question {
  readonly model: Model;
  readonly system?: string;
  readonly messages: readonly Turn[];
  readonly max_tokens: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly stop_sequences?: readonly string[];
}

/** One server-sent event: its name, and the JSON text that it carries. */
export interface AnswerEvent {
  readonly name: string;
  readonly data: string;
}

/** A whole answer, as the Messages API gives it to who asked for no stream. */
export interface Message {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly usage: TokenUsage;
}

export interface TokenUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** An answer as it comes, to be read once. */
export interface AnswerStream {
  /** Who gives it. */
  readonly provider: string;
  /**
   * From `message_start` to `message_stop`. Throws a problem when the answer breaks off. Reading sets the pace, and
   * who stops reading, or aborts the signal of the question, ends the provider's call unless others read too.
   */
  readonly events: AsyncIterable<AnswerEvent>;
  /** The same events when all are at hand, and what they add up to; who takes these need not read the stream. */
  readonly whole?: { readonly events: readonly AnswerEvent[]; readonly message: Message };
}

/** Answers questions. */
export interface Llm {
  /**
   * Resolves when the first event is at hand. Rejects with a 502, 503 or 504 problem when no provider can serve, and with a
   * 403 one when a provider refuses the caller's own key.
   * @param keys the caller's own, in place of the service's
   */
  ask(question: Question, signal: AbortSignal, keys?: OwnKeys): Promise<AnswerStream>;
}

/** Decides whether those who ask the same at once share one answer. */
export interface AnswerSharing {
  ask(key: string, open: (signal: AbortSignal) => Promise<AnswerStream>, signal: AbortSignal): Promise<AnswerStream>;
}

export const PROVIDER_STATUSES = ['up', 'failing'] as const;

/** How a provider has done since this process started. */
export interface ProviderState {
  readonly name: string;
  /** `failing`: its last calls failed one after the other, and it is asked last for a while. */
  readonly status: (typeof PROVIDER_STATUSES)[number];
  readonly calls: number;
  readonly failures: number;
  readonly consecutiveFailures: number;
  readonly lastFailureAt: string | null;
}

/** A request for an answer that has ended, however it ended. */
export interface RequestLogEntry {
  readonly requestId: string;
  readonly userId: number;
  /** Null when no provider served. */
  readonly provider: string | null;
  readonly model: Model;
  readonly status: number;
  readonly streamed: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly durationMs: number;
  readonly at: Date;
}

/** Where such requests are kept. */
export interface RequestLog {
  /** Never waits and never fails: what cannot be kept is counted as lost. */
  add(entry: RequestLogEntry): void;
  /** Of the user's requests in the period, those whose answer was sent before this call included. */
  statistics(userId: number, period: Period): Promise<RequestStatistics>;
  close(): Promise<void>;
}

interface RequestFigures {
  readonly requests: number;
  /** With a status of 400 or more. */
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface RequestStatistics extends RequestFigures {
  /** By provider and model; requests that no provider served come first. */
  readonly items: readonly (RequestFigures & {
    readonly provider: string | null;
    readonly model: string;
    readonly durations: { readonly averageMs: number; readonly maxMs: number };
  })[];
}
