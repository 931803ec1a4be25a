import { type Channel, defineChannel } from './channel.ts';

/** A password was hashed or compared, or would have been. */
export interface AuthHashSignal {
  /** `hash` makes a new one, `verify` compares with an old one. */
  readonly name: 'hash' | 'verify';
  /** `ok`; `mismatch`: the password is another one; `refused`: the queue was full; `timeout`; `failed`. */
  readonly outcome: 'ok' | 'mismatch' | 'refused' | 'timeout' | 'failed';
  /** From the call to the answer, waiting included. */
  readonly durationMs: number;
  /** How much of it was waiting for a thread. */
  readonly waitMs: number;
}

/** A token was checked. */
export interface AuthCheckSignal {
  /** The check's name. */
  readonly name: string;
  /** `hit`: identity from memory. `miss`: it had to be loaded. `refused`: no valid token. `failed`: could not tell. */
  readonly outcome: 'hit' | 'miss' | 'refused' | 'failed';
  readonly durationMs: number;
}

/** `millrace.auth.hash` */
export const authHash: Channel<AuthHashSignal> = defineChannel('millrace.auth.hash');
/** `millrace.auth.check` */
export const authCheck: Channel<AuthCheckSignal> = defineChannel('millrace.auth.check');
