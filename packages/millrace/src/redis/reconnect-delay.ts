/**
 * How long to wait before an attempt to connect, in milliseconds: hardly at all before the second one, for a line is often
 * cut once; then 1 to 2 s, so that a process, which has about three connections, makes some two attempts a second while
 * Redis is away, and by chance, so that processes do not come all at one moment.
 * @param attempt which one has failed, from 1
 */
export function reconnectDelayMs(attempt: number): number {
  return attempt <= 1 ? Math.random() * 100 : 1_000 + Math.random() * 1_000;
}
