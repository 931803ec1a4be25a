import type { Random } from 'millrace/core';
import { FEEDER_ERRORS } from './errors.ts';
import type { Feeder } from './feeder.ts';

/** One worker's part of the users: those whose number is `shard` modulo `of`. */
interface Shard {
  /** 0 to `of` − 1. */
  readonly shard: number;
  /** Workers in all, 1 or more. */
  readonly of: number;
}

/** The whole run in one thread. */
const WHOLE: Shard = { shard: 0, of: 1 };

/**
 * The rows of a feeder, loaded, and which of them a user draws. That depends on the user and on how many it has drawn
 * before, and on nothing else: not on other users, and not on time.
 */
export class Feed<Row> {
  readonly #feeder: Feeder<Row>;
  readonly #rows: readonly Row[];
  readonly #users: number;
  readonly #shard: Shard;

  private constructor(feeder: Feeder<Row>, rows: readonly Row[], users: number, shard: Shard) {
    this.#feeder = feeder;
    this.#rows = rows;
    this.#users = users;
    this.#shard = shard;
  }

  /**
   * Loads the rows.
   * @param users of all workers together
   * @throws MILLRACE_FEEDER_EMPTY, and what `load` throws
   */
  static async open<Row>(feeder: Feeder<Row>, users: number, shard: Shard = WHOLE): Promise<Feed<Row>> {
    const rows = await feeder.load();
    const needed = feeder.strategy === 'sharded' ? shard.of : 1;
    if (rows.length >= needed) return new Feed(feeder, rows, users, shard);
    throw FEEDER_ERRORS.create('MILLRACE_FEEDER_EMPTY', { source: feeder.source, rows: rows.length, needed });
  }

  /**
   * The row that `user` draws when it has drawn `drawn` before.
   * @param random the user's own for this feeder; drawn from by strategy `random` alone
   * @throws MILLRACE_FEEDER_EXHAUSTED
   */
  row(user: number, drawn: number, random: Random): Row {
    return this.#rows[this.#place(user, drawn, random)] as Row;
  }

  #place(user: number, drawn: number, random: Random): number {
    const rows = this.#rows.length;
    switch (this.#feeder.strategy) {
      case 'circular':
        return (user + drawn) % rows;
      case 'random':
        return random.int(rows);
      case 'unique': {
        const place = user + drawn * this.#users;
        if (place < rows) return place;
        const context = { source: this.#feeder.source, user, rows, users: this.#users, drawn };
        throw FEEDER_ERRORS.create('MILLRACE_FEEDER_EXHAUSTED', context);
      }
      case 'sharded': {
        const { shard, of } = this.#shard;
        const own = Math.ceil((rows - shard) / of);
        return shard + of * ((Math.floor(user / of) + drawn) % own);
      }
    }
  }
}
