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

/** How much anybody may ask for. Each throws, or rejects with, the refusal that is answered with 429. */
export interface Limits {
  /** Somebody wants to log in or to register: by network, before the body is read. */
  enter(from: Origin): Promise<Standing>;
  /** A password is tried for an account: by account and network together, so that nobody locks the owner out from elsewhere. */
  tryPassword(username: string, from: Origin): Promise<Standing>;
  /** A user reads, or writes. */
  use(userId: number, isWrite: boolean, from: Origin): Standing;
  close(): Promise<void>;
}
