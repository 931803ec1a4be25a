import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Position } from './ports/index.ts';
import { Problem } from './problem.ts';

/** Positions in lists, as text that clients hand back unread. Signed: neither made up nor carried to another list. */
export interface Cursors {
  /** `list` names the list with its owner and its filters. */
  encode(list: string, position: Position): string;
  /** Throws a 400 problem for a cursor that was not made for this list. */
  decode(list: string, cursor: string): Position;
}

const SEAL_LENGTH = 22;
const PLAIN = /^([1-9]\d{0,14})\.([1-9]\d{0,8})\.([\w-]{22})$/;

export function createCursors(secret: string): Cursors {
  const key = createHmac('sha256', secret).update('millrace-reference:cursor').digest();
  const seal = (list: string, afterId: string, offset: string): string =>
    createHmac('sha256', key).update(`${afterId}.${offset}.${list}`).digest('base64url').slice(0, SEAL_LENGTH);
  return {
    encode(list, position) {
      const [afterId, offset] = [String(position.afterId), String(position.offset)];
      return Buffer.from(`${afterId}.${offset}.${seal(list, afterId, offset)}`).toString('base64url');
    },
    decode(list, cursor) {
      const [, afterId = '', offset = '', given = ''] = PLAIN.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
      if (given === '' || !timingSafeEqual(Buffer.from(given), Buffer.from(seal(list, afterId, offset)))) {
        throw new Problem(400, 'the cursor does not belong to this list');
      }
      return { afterId: Number(afterId), offset: Number(offset) };
    },
  };
}
