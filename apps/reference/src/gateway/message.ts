import type { AnswerEvent } from '../ports/index.ts';

/** A whole answer, as the Messages API gives it to who asked for no stream. */
export interface Message {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly usage: Usage;
}

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
}

/** The parts of events that are read here. */
interface EventData {
  readonly message?: { readonly id: string; readonly model: string; readonly usage?: Partial<Usage> };
  readonly delta?: { readonly text?: string; readonly stop_reason?: string; readonly stop_sequence?: string };
  readonly usage?: Partial<Usage>;
}

/** Follows an answer's events: its text, its tokens, and whether it is whole. */
export class MessageReader {
  #id = '';
  #model = '';
  #text = '';
  #stop: { reason: string | null; sequence: string | null } = { reason: null, sequence: null };
  #usage: Usage = { input_tokens: 0, output_tokens: 0 };

  get usage(): Usage {
    return this.#usage;
  }

  /** Throws on data that is no JSON, as {@link readUsage} does. */
  read(event: AnswerEvent): void {
    if (event.name === 'content_block_delta') this.#text += (JSON.parse(event.data) as EventData).delta?.text ?? '';
    else this.readUsage(event);
  }

  /** Reads all but the text, of the few events that hold more. */
  readUsage({ name, data }: AnswerEvent): void {
    if (name !== 'message_start' && name !== 'message_delta') return;
    const { message, delta, usage } = JSON.parse(data) as EventData;
    if (message) {
      this.#id = message.id;
      this.#model = message.model;
    }
    this.#usage = { ...this.#usage, ...message?.usage, ...usage };
    if (delta) this.#stop = { reason: delta.stop_reason ?? null, sequence: delta.stop_sequence ?? null };
  }

  message(): Message {
    return {
      ...{ id: this.#id, type: 'message', role: 'assistant', model: this.#model },
      content: [{ type: 'text', text: this.#text }],
      ...{ stop_reason: this.#stop.reason, stop_sequence: this.#stop.sequence, usage: this.#usage },
    };
  }
}
