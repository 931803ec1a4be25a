/* Numbers of RFC 6455 sections 5.2 and 7.4.1. */

export const FIN = 0x80;
export const RESERVED_BITS = 0x70;
export const OPCODE_BITS = 0x0f;

export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

export const MASK_BIT = 0x80;
export const LENGTH_BITS = 0x7f;
export const LENGTH_16 = 126;
export const LENGTH_64 = 127;
export const MAX_CONTROL_BYTES = 125;

export const CLOSE_NORMAL = 1000;
export const CLOSE_GOING_AWAY = 1001;
export const CLOSE_PROTOCOL = 1002;
/** Stands for a Close frame without a code; never on the wire. */
export const CLOSE_NO_CODE = 1005;
/** Stands for no Close frame at all; never on the wire. */
export const CLOSE_ABNORMAL = 1006;
export const CLOSE_TEXT = 1007;
export const CLOSE_TOO_LARGE = 1009;

/** Whether a Close frame may carry the code: those of the RFC and of IANA's registry, and 3000 to 4999. */
export function isCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= CLOSE_NORMAL && code <= 1014 && code !== 1004 && code !== CLOSE_NO_CODE && code !== CLOSE_ABNORMAL;
}
