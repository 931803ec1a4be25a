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

/** Something happened to what is known of tokens that were ended. It names no token, subject or key. */
export interface AuthRevocationSignal {
  /** The name of the revocations. */
  readonly name: string;
  /**
   * `applied`: an entry came into force. `gap`: something may have been missed. `strict`: each check reads the database
   * first, until `followed`. `stale`: a check was answered from what was known while the database was away. `unknown`: one
   * was refused because of that.
   */
  readonly event: 'applied' | 'gap' | 'strict' | 'followed' | 'stale' | 'unknown';
  /** Of `applied`. */
  readonly kind?: 'token' | 'subject' | 'key';
  /** Of `applied`: its place in the log. */
  readonly position?: number;
  /** Of `gap`: why. */
  readonly gap?: 'feed-lost' | 'hint-skipped' | 'history' | 'missing' | 'clock';
  /** Of `stale` and `unknown`. */
  readonly scope?: string;
  /** Of `stale` and `unknown`: how long ago everything was known. */
  readonly stalenessMs?: number;
}

/** Somebody wanted to sign in. It names nobody. */
export interface AuthLoginSignal {
  /** The guard's name. */
  readonly name: string;
  /** `allowed` comes before `succeeded`, `failed` or `withdrawn`; what is never settled is only `allowed`. */
  readonly outcome: 'allowed' | 'denied' | 'succeeded' | 'failed' | 'withdrawn';
  /** Of `denied`: whose count was used up. */
  readonly deniedBy?: 'pair' | 'network' | 'account' | 'device';
}

/** `millrace.auth.hash` */
export const authHash: Channel<AuthHashSignal> = defineChannel('millrace.auth.hash');
/** `millrace.auth.check` */
export const authCheck: Channel<AuthCheckSignal> = defineChannel('millrace.auth.check');
/** `millrace.auth.revocation` */
export const authRevocation: Channel<AuthRevocationSignal> = defineChannel('millrace.auth.revocation');
/** `millrace.auth.login` */
export const authLogin: Channel<AuthLoginSignal> = defineChannel('millrace.auth.login');
