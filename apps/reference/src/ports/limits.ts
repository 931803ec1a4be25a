/** What a request says of where it comes from. */
export interface Origin {
  /** Address of the connection. */
  readonly peer: string | undefined;
  /** What proxies say of whom they speak for. */
  readonly forwarded: string | undefined;
  /** What lifts the limits for a load test. */
  readonly exemption: string | undefined;
}

/** Headers that tell a client how it stands; undefined when nothing was counted. */
export type Standing = Readonly<Record<string, string>> | undefined;

/** A password that may be looked at, and how that ended. */
export interface PasswordTry {
  /** It was right. Gives a text by which its browser is known from now on; undefined where nothing is counted. */
  succeeded(): Promise<string | undefined>;
  /** It was wrong, or there is no such account. */
  failed(): void;
  /** It was not looked at. */
  withdrawn(): Promise<void>;
}

/** How much anybody may ask for. Each throws, or rejects with, the refusal that is answered with 429. */
export interface Limits {
  /** Somebody wants to log in or to register: by network, before the body is read. */
  enter(from: Origin): Promise<Standing>;
  /**
   * A password is tried for an account: failures count, for the account, the network and both together, but whoever comes by a
   * device that the account has signed in from is not kept out by what strangers do.
   * @param device what {@link PasswordTry.succeeded} gave this browser before
   */
  tryPassword(account: string, from: Origin, device?: string): Promise<PasswordTry>;
  /** A user reads, or writes. */
  use(userId: number, isWrite: boolean, from: Origin): Standing;
  close(): Promise<void>;
}

/** Where nothing is counted. */
export const UNCOUNTED_TRY: PasswordTry = {
  succeeded: async () => undefined,
  failed: () => {},
  withdrawn: async () => {},
};
