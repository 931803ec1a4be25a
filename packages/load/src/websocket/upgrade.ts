import { createHash } from 'node:crypto';
import type { Random } from 'millrace/core';
import { GrowingBytes } from '../bytes/index.ts';
import {
  checkPath,
  HEAD_BROKEN,
  HEAD_INCOMPLETE,
  isToken,
  ResponseHead,
  readFields,
  refuseRequest,
  setCookiesOf,
  textOf,
  writeFields,
} from '../http/index.ts';

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MAX_HEAD_BYTES = 16_384;
const SWITCHING_PROTOCOLS = 101;

const OWN_FIELDS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'sec-websocket-accept',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-protocol',
  'sec-websocket-version',
  'transfer-encoding',
  'upgrade',
]);

/** What a request to upgrade asks for. */
export interface UpgradeSpec {
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Subprotocols, the one liked best first. */
  readonly protocols: readonly string[];
}

/** A `Sec-WebSocket-Key`: 16 bytes. */
export function upgradeKey(random: Random): string {
  const bytes = Buffer.allocUnsafe(16);
  for (let at = 0; at < 16; at += 4) bytes.writeUInt32LE(random.int(0x1_0000_0000), at);
  return bytes.toString('base64');
}

/** What proves that the server has read the key (RFC 6455 section 4.2.2). */
export function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64');
}

/**
 * The request of RFC 6455 section 4.1, without its key. No extension is offered.
 * @throws MILLRACE_LOAD_REQUEST_INVALID
 */
export function encodeUpgrade({ host, path, headers, protocols }: UpgradeSpec): string {
  checkPath(path);
  let text = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`;
  for (const name of protocols) if (!isToken(name)) throw refuseRequest('protocol', name);
  if (protocols.length > 0) text += `Sec-WebSocket-Protocol: ${protocols.join(', ')}\r\n`;
  return `${text}${writeFields(headers, OWN_FIELDS)}Sec-WebSocket-Version: 13\r\n`;
}

/** Reads a server's answer to an upgrade, in as many pieces as it comes. */
export class UpgradeAnswer {
  /** All that came, the head and the frames that may follow it. */
  readonly received: GrowingBytes = new GrowingBytes();
  /** Where the head ends in {@link UpgradeAnswer.received}; 0 as long as it has not. */
  headEnd: number = 0;
  /** Status of the answer; 101 when the server switches. */
  status: number = 0;
  /** The subprotocol that the server chose; empty for none. */
  protocol: string = '';
  /** The values of its Set-Cookie fields. */
  setCookies: readonly string[] = [];
  /** Why the answer is no upgrade although the status may say so. */
  problem: string = '';
  readonly #key: string;
  readonly #protocols: readonly string[];

  constructor(key: string, protocols: readonly string[]) {
    this.#key = key;
    this.#protocols = protocols;
  }

  /** Takes in the bytes. True once the head is whole or broken. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    this.received.add(bytes, start, end);
    const { bytes: all, length } = this.received;
    const head = new ResponseHead();
    for (let from = 0; ; ) {
      const at = head.parse(all, from, length);
      if (at === HEAD_BROKEN) this.problem = head.problem;
      else if (at > MAX_HEAD_BYTES || (at === HEAD_INCOMPLETE && length >= MAX_HEAD_BYTES)) {
        this.problem = 'the head is too large';
      }
      if (this.problem !== '') return true;
      if (at === HEAD_INCOMPLETE) return false;
      this.headEnd = at;
      this.status = head.status;
      // Other 1xx may come before the answer (RFC 9110 section 15.2).
      if (head.status >= 200 || head.status === SWITCHING_PROTOCOLS) {
        this.setCookies = setCookiesOf(textOf(all, from, at));
        if (head.status === SWITCHING_PROTOCOLS) this.problem = this.#judge(readFields(all, from, at));
        return true;
      }
      from = at;
    }
  }

  #judge(fields: Readonly<Record<string, string>>): string {
    if (fields.upgrade?.toLowerCase() !== 'websocket') return 'Upgrade is not websocket';
    const connection = fields.connection?.toLowerCase().split(',') ?? [];
    if (!connection.some((token) => token.trim() === 'upgrade')) return 'Connection is not Upgrade';
    if (fields['sec-websocket-accept'] !== acceptOf(this.#key)) return 'Sec-WebSocket-Accept does not fit the key';
    if (fields['sec-websocket-extensions'] !== undefined) return 'an extension that was not offered';
    const protocol = fields['sec-websocket-protocol'];
    if (protocol !== undefined && !this.#protocols.includes(protocol)) return 'a subprotocol that was not offered';
    this.protocol = protocol ?? '';
    return '';
  }
}
