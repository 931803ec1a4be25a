import { Readable } from 'node:stream';
import type { Clock, Timer } from 'millrace/core';
import type { RowSource } from '../database.ts';
import type { UsageExport } from '../ports/index.ts';
import { toUsageRecord, type UsageRecordRow, usageRecordsQuery } from '../postgres/index.ts';
import { Problem } from '../problem.ts';
import { USAGE_TEXTS, type UsageText } from '../usage-text.ts';

/** Rows in memory at once; about 70 KB of text. */
const BATCH_ROWS = 500;
/** Each holds a connection while it is read. */
const MAX_EXPORTS = 4;
/** A reader who takes nothing for so long keeps the connection from others. */
const STALL_MS = 30_000;

/** Reads rows as fast as the client takes them, and holds one batch of them at a time. */
export function createStreamedExport(source: RowSource, clock: Clock): UsageExport {
  let open = 0;
  return {
    async open(userId, filter, format, signal) {
      if (open === MAX_EXPORTS) throw new Problem(503, 'too many exports are under way', { 'retry-after': '5' });
      open++;
      try {
        const { sql, values } = usageRecordsQuery(userId, filter);
        const batches = source.batches<UsageRecordRow>(sql, values, { rows: BATCH_ROWS, signal });
        const chunks = toChunks(batches, USAGE_TEXTS[format]);
        // Awaited, so that a database that fails is answered with a status.
        const first = await chunks.next();
        const giveUp = (): void => void stream.destroy(new Error('the reader of an export has stopped reading'));
        const watch = (): Timer => clock.schedule(STALL_MS, giveUp, { keepAlive: false });
        const stream = Readable.from(watched(first, chunks, watch), { objectMode: false });
        // Not left to the generator: one that nobody has begun to read is not run, not even to its end.
        stream.once(
          'close',
          () =>
            void chunks
              .return()
              .catch(() => {})
              .finally(() => open--),
        );
        return stream;
      } catch (error) {
        open--;
        throw error;
      }
    },
  };
}

type Chunks = AsyncGenerator<string, void, void>;

async function* toChunks(batches: AsyncIterable<readonly UsageRecordRow[]>, text: UsageText): Chunks {
  let before = text.head;
  for await (const rows of batches) {
    yield before + rows.map((row) => text.record(toUsageRecord(row))).join(text.separator);
    before = text.separator;
  }
  yield (before === text.head ? text.head : '') + text.tail;
}

/** `watch` runs while a chunk waits to be taken. */
async function* watched(first: IteratorResult<string, void>, rest: Chunks, watch: () => Timer): Chunks {
  for (let next = first; !next.done; next = await rest.next()) {
    const timer = watch();
    try {
      yield next.value;
    } finally {
      timer.cancel();
    }
  }
}
