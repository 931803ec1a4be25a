import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import { Feed } from './feed.ts';
import { type FeedStrategy, feedList } from './feeder.ts';

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function openFeed(rows: number, strategy: FeedStrategy, users: number, shard = 0, of = 1): Promise<Feed<number>> {
  return Feed.open(feedList(numbers(rows), { strategy }), users, { shard, of });
}

function draw(feed: Feed<number>, user: number, count: number): number[] {
  const random = createRandom(7).fork(`user:${user}`);
  return numbers(count).map((drawn) => feed.row(user, drawn, random));
}

test('[FEEDER-4] what one user draws does not depend on what others draw in between', async () => {
  for (const strategy of ['circular', 'random', 'unique', 'sharded'] as const) {
    const feed = await openFeed(40, strategy, 4);
    const alone = draw(feed, 2, 8);
    const random = createRandom(7).fork('user:2');
    const among = numbers(8).map((drawn) => {
      draw(feed, 0, drawn + 1);
      draw(feed, 3, 2);
      return feed.row(2, drawn, random);
    });
    assert.deepEqual(among, alone, strategy);
  }
});

test('[FEEDER-5] circular walks all rows in order from the user on', async () => {
  assert.deepEqual(draw(await openFeed(3, 'circular', 9), 4, 5), [1, 2, 0, 1, 2]);
});

test('[FEEDER-6] unique gives each row at most once over all workers, and says when none is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9 }), async (rows, users) => {
      const feed = await openFeed(rows, 'unique', users);
      const drawn: number[] = [];
      for (let user = 0; user < users; user++) {
        const own = Math.max(0, Math.ceil((rows - user) / users));
        drawn.push(...draw(feed, user, own));
        assert.throws(() => feed.row(user, own, createRandom(1)), { code: 'MILLRACE_FEEDER_EXHAUSTED' });
      }
      assert.deepEqual(
        drawn.toSorted((a, b) => a - b),
        numbers(rows),
      );
    }),
    propertySeed(),
  );
});

test('[FEEDER-7] random draws every row about as often', async () => {
  const counts = new Map<number, number>();
  for (const row of draw(await openFeed(10, 'random', 1), 0, 10_000)) counts.set(row, (counts.get(row) ?? 0) + 1);
  assert.equal(counts.size, 10);
  for (const count of counts.values()) assert.ok(count > 850 && count < 1_150, `${count}`);
});

test('[FEEDER-8] workers share the rows out, each its own', async () => {
  const workers = 3;
  const seen: number[] = [];
  for (let shard = 0; shard < workers; shard++) {
    const feed = await openFeed(10, 'sharded', 6, shard, workers);
    const own = new Set([...draw(feed, shard, 8), ...draw(feed, shard + workers, 8)]);
    seen.push(...own);
  }
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    numbers(10),
  );
});

test('[FEEDER-3] a feeder without a row for everyone is refused', async () => {
  await assert.rejects(openFeed(0, 'circular', 1), { code: 'MILLRACE_FEEDER_EMPTY' });
  await assert.rejects(openFeed(2, 'sharded', 3, 0, 3), { code: 'MILLRACE_FEEDER_EMPTY' });
});
