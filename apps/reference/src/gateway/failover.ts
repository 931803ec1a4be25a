import type { AnswerEvent, Llm } from '../ports/index.ts';
import { Problem } from '../problem.ts';
import { OwnKeyRefused, type ProviderCalls } from './provider-calls.ts';
import type { Providers } from './providers.ts';

/**
 * Asks the providers of a model one after the other until one begins an answer. Once it has begun there is no other:
 * the client may have seen a part of it.
 */
export function createFailover(providers: Providers, calls: ProviderCalls): Llm {
  return {
    async ask(question, signal, keys) {
      let failure = new Problem(503, 'every provider of this model is busy', { 'retry-after': '1' });
      for (const provider of providers.orderFor(question.model)) {
        const end = countOpen(providers, provider, signal);
        try {
          const events = await calls.open(provider, question, { signal, ownKey: keys?.get(provider) });
          providers.served(provider);
          return { provider, events: watch(events, end) };
        } catch (error) {
          end(error instanceof OwnKeyRefused ? undefined : error);
          if (error instanceof OwnKeyRefused || signal.aborted || !(error instanceof Problem)) throw error;
          failure = error;
        }
      }
      throw failure;
    },
  };
}

/** The call counts as open until it ends, by itself or because nobody wants its answer any more; a failure counts as one. */
function countOpen(providers: Providers, provider: string, signal: AbortSignal): (error?: unknown) => void {
  providers.begin(provider);
  let open = true;
  const end = (error?: unknown): void => {
    if (!open) return;
    open = false;
    signal.removeEventListener('abort', leave);
    providers.end(provider);
    if (error instanceof Problem && !signal.aborted) providers.failed(provider);
  };
  const leave = (): void => end();
  signal.addEventListener('abort', leave);
  return end;
}

async function* watch(
  events: AsyncIterable<AnswerEvent>,
  end: (error?: unknown) => void,
): AsyncGenerator<AnswerEvent, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    end(error);
    throw error;
  } finally {
    end();
  }
}
