import { fork } from 'node:child_process';
import { once } from 'node:events';
import { FROM_SOURCES } from './load/child.ts';

/** Longer than any answer takes. */
const TIMEOUT_MS = 60_000;

/** A process of the bench that answers questions, one at a time. */
export interface AskedProcess<Question, Answer> extends AsyncDisposable {
  /** @throws when there is no answer in a minute, or the process ends without one */
  ask(question: Question): Promise<Answer>;
}

/** Starts a file that answers each message by another, and begins with one of its own. */
export async function startAsked<Question extends object, Answer>(
  file: URL,
  args: readonly string[],
): Promise<AskedProcess<Question, Answer>> {
  // npm passes options to Node in it.
  const child = fork(file, args, { execArgv: [FROM_SOURCES], env: { ...process.env, NODE_OPTIONS: '' } });
  const gone = new AbortController();
  child.once('exit', () => gone.abort(new Error(`${file.pathname} ended`)));
  const answer = async (): Promise<Answer> => {
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const [message] = (await once(child, 'message', { signal })) as [Answer];
    return message;
  };
  await answer();
  return {
    async ask(question) {
      const answered = answer();
      child.send(question);
      return await answered;
    },
    async [Symbol.asyncDispose]() {
      if (gone.signal.aborted) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
