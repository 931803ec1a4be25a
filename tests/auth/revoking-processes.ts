import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Order, Outcome } from './revoking-process.ts';

/** A process that ends sessions and checks tokens. */
export class RevokingProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #orders = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message) => {
      if (typeof message !== 'object' || message === null) return;
      const outcome = message as Outcome;
      this.#waiting.get(outcome.id)?.(outcome);
      this.#waiting.delete(outcome.id);
    });
  }

  /** Resolves when it follows the log and hears hints. */
  static async start(
    owner: { after(hook: () => Promise<void>): void },
    servers: { readonly url: string; readonly listenUrl?: string },
  ): Promise<RevokingProcess> {
    const child = fork(new URL('./revoking-process.ts', import.meta.url), [JSON.stringify(servers)], {
      execArgv: ['--conditions=millrace-source'],
    });
    owner.after(async () => {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await ended;
    });
    const started = new RevokingProcess(child);
    await once(child, 'message');
    return started;
  }

  tell(order: Order): Promise<Outcome> {
    const id = ++this.#orders;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, ...order });
    });
  }
}
