/** 1 for the bytes of a token (RFC 9110 section 5.6.2): header names. */
export const TOKEN: Uint8Array = classOf((byte) => /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte)));

/** 1 for the bytes of a field value or a reason phrase (RFC 9110 section 5.5): no control bytes but the tab. */
export const TEXT: Uint8Array = classOf((byte) => byte === 9 || (byte >= 32 && byte !== 127));

/** The value of a hexadecimal digit, 255 for any other byte. */
export const HEX: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? 255 : digit;
});

function classOf(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const ZERO = 48;
export const NINE = 57;
export const COLON = 58;
export const SEMICOLON = 59;
