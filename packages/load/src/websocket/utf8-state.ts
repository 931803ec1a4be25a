import { isUtf8 } from 'node:buffer';

/*
 * Whether bytes that come in pieces are UTF-8 (Unicode, table 3-7). A state says which bytes may follow: 1, 2, 3: that
 * many continuation bytes; 4 to 7: the same, but the first one is in a narrower range, after E0, ED, F0 and F4.
 */

/** The bytes so far end with a whole character. */
export const UTF8_WHOLE: number = 0;
/** No bytes that follow can mend what came. */
export const UTF8_BROKEN: number = -1;

const LOWEST: Uint8Array = Uint8Array.of(0, 0x80, 0x80, 0x80, 0xa0, 0x80, 0x90, 0x80);
const HIGHEST: Uint8Array = Uint8Array.of(0, 0xbf, 0xbf, 0xbf, 0xbf, 0x9f, 0xbf, 0x8f);
const NEXT: Uint8Array = Uint8Array.of(0, 0, 1, 2, 1, 1, 2, 2);
const NO_LEAD = 255;
const LEAD: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => stateAfterLead(byte));

/** From here on a native check of the whole is worth its view. */
const NATIVE_BYTES = 128;

function stateAfterLead(byte: number): number {
  if (byte < 0x80) return UTF8_WHOLE;
  if (byte < 0xc2 || byte > 0xf4) return NO_LEAD;
  if (byte < 0xe0) return 1;
  const narrow = [0xe0, 0xed, 0xf0, 0xf4].indexOf(byte);
  if (narrow >= 0) return 4 + narrow;
  return byte < 0xf0 ? 2 : 3;
}

/** The state after the bytes, or {@link UTF8_BROKEN}. */
export function utf8After(state: number, bytes: Uint8Array, start: number, end: number): number {
  if (state === UTF8_WHOLE && end - start >= NATIVE_BYTES && isUtf8(bytes.subarray(start, end))) return UTF8_WHOLE;
  let now = state;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (now === UTF8_WHOLE) {
      if (byte < 0x80) continue;
      now = LEAD[byte] as number;
      if (now === NO_LEAD) return UTF8_BROKEN;
    } else {
      if (byte < (LOWEST[now] as number) || byte > (HIGHEST[now] as number)) return UTF8_BROKEN;
      now = NEXT[now] as number;
    }
  }
  return now;
}
