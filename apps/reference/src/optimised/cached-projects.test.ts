import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from 'millrace/core';
import type { Activities, Files, Projects } from '../ports/index.ts';
import { cacheActivities, cacheFiles, cacheProjects } from './cached-projects.ts';
import { createReadCache } from './read-cache.ts';
import { createCountedStore } from './store-doubles.test.ts';

const USER = 1;
const PAGE = { limit: 20, position: undefined };

function openStore(fails: boolean) {
  const { cache, read, write } = createCountedStore(fails);
  const projects: Projects = { list: read, find: read, create: write, change: write, setStatuses: write };
  const files: Files = { find: read, versions: read, restore: write };
  const activities: Activities = { list: read, record: write };
  return {
    projects: cacheProjects(projects, cache),
    files: cacheFiles(files, cache),
    activities: cacheActivities(activities, cache),
  };
}

type Ask = (store: ReturnType<typeof openStore>, userId: number) => Promise<unknown>;

const WRITES: readonly Ask[] = [
  ({ projects }, user) => projects.create(user, {} as never),
  ({ projects }, user) => projects.change(user, 1, {} as never),
  ({ projects }, user) => projects.setStatuses(user, [1], 'failed'),
  ({ files }, user) => files.restore(user, 1, 1),
  ({ activities }, user) => activities.record(user, {} as never),
];
const READS: readonly Ask[] = [
  ({ projects }, user) => projects.list(user, { status: undefined }, PAGE),
  ({ projects }, user) => projects.list(user, { status: 'failed' }, PAGE),
  ({ projects }, user) => projects.find(user, 1, { files: true, activities: false }),
  ({ projects }, user) => projects.find(user, 1, { files: false, activities: true }),
  ({ files }, user) => files.find(user, 1),
  ({ files }, user) => files.versions(user, 1, PAGE),
  ({ activities }, user) => activities.list(user, 1, PAGE),
];

for (const fails of [false, true]) {
  test(`[REF-57] each write shows in every read of the user's projects${fails ? ', its answer lost too' : ''}`, async () => {
    for (const write of WRITES) {
      const store = openStore(fails);
      for (const read of READS) assert.deepEqual([await read(store, USER), await read(store, USER)], [0, 0]);
      if (fails) await assert.rejects(write(store, USER), /the answer was lost/);
      else await write(store, USER);
      for (const read of READS) assert.equal(await read(store, USER), 1);
    }
  });
}

test('[REF-57] what differs in one part only is kept apart', async () => {
  let reads = 0;
  const read = async (): Promise<never> => ++reads as never;
  const projects = cacheProjects(
    { list: read, find: read } as unknown as Projects,
    createReadCache({ maxEntries: 1_000, clock: systemClock }),
  );
  for (let time = 0; time < 2; time++) {
    for (const files of [false, true]) {
      for (const activities of [false, true]) {
        for (const user of [1, 2]) await projects.find(user, 1, { files, activities });
      }
    }
  }
  assert.equal(reads, 8);
});
