/** What samples and generators of configuration files put where a secret should go. */
const SAMPLE =
  /change.?(me|this|it)|your.{0,12}(secret|key|password|token)|placeholder|insert.{0,6}here|replace.?(me|this)|example/i;

/** Whether it reads as what somebody was meant to replace. A random text of 40 characters does once in a thousand million. */
export function isSample(text: string): boolean {
  return SAMPLE.test(text);
}

/**
 * How many bits the text holds at most: the entropy (Shannon 1948) of its characters, or of the steps from one to the next
 * if that is less, over the shortest piece that it repeats. It finds what is certainly no random value (`aaaa…`,
 * `abcabc…`, `0123…`), and says nothing in favour of the rest.
 */
export function entropyBits(text: string): number {
  const piece = repeatedPiece(text);
  const codes = Array.from(piece, (letter) => letter.codePointAt(0)!);
  const steps = codes.slice(1).map((code, at) => code - codes[at]!);
  return Math.min(bitsOf(codes), bitsOf(steps) + bitsOf(codes) / Math.max(1, codes.length));
}

/** The shortest text that gives this one by being repeated, the last time perhaps in part. */
function repeatedPiece(text: string): string {
  for (let length = 1; length <= text.length / 2; length++) {
    if (text.startsWith(text.slice(length))) return text.slice(0, length);
  }
  return text;
}

function bitsOf(symbols: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits += count * Math.log2(symbols.length / count);
  return bits;
}
