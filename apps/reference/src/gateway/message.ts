import type { AnswerEvent, Message, TokenUsage } from '../ports/index.ts';

/** The parts of events that are read here. */
interface EventData {
  readonly message?: { readonly id: string; readonly model: string; readonly usage?: Partial<TokenUsage> };
  readonly delta?: { readonly text?: string; readonly stop_reason?: string; readonly stop_sequence?: string };
  readonly usage?: Partial<TokenUsage>;
}

/** Follows an answer's events: its text, its tokens, and whether it is whole. */
export class MessageReader {
  #id = '';
  #model = '';
  #text = '';
  #stop: { reason: string | null; sequence: string | null } = { reason: null, sequence: null };
  #usage: TokenUsage = { input_tokens: 0, output_tokens: 0 };

  get usage(): TokenUsage {
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
