import { createRandom } from 'millrace/core';
import { PROJECT_STATUSES } from '../../ports/index.ts';
import type { DataSetOptions } from '../data-set.ts';
import { oneOf } from './choice.ts';
import type { Owners } from './ownership.ts';
import { type TableRows, tableOf } from './table.ts';

const COLUMNS = [
  ...['id', 'user_id', 'name', 'requirements', 'status', 'progress', 'current_stage'],
  ...['created_at', 'updated_at'],
];
const NAMES = ['Web shop', 'Inventory "v2"', 'Mobile app', '客户门户', 'Billing\\ledger'];
const STAGES = ['requirements', 'architecture', 'implementation', 'testing'];
const DAY_MS = 86_400_000;

export function projectRows({ profile, seed, referenceNow }: DataSetOptions, owners: Owners): TableRows {
  function* generate() {
    const random = createRandom(seed).fork('projects');
    for (let id = 1; id <= profile.projects; id++) {
      const name = `${oneOf(NAMES, random)} ${id}`;
      const status = oneOf(PROJECT_STATUSES, random);
      const progress = { pending: 0, running: 1 + random.int(99), completed: 100, failed: random.int(100) }[status];
      const stage = status === 'running' ? oneOf(STAGES, random) : null;
      const createdAt = new Date(referenceNow.getTime() - Math.floor((31 + random.next() * 300) * DAY_MS));
      const updatedAt = new Date(createdAt.getTime() + Math.floor(random.next() * 31 * DAY_MS));
      yield [
        ...[id, owners[id - 1] as number, name, `A customer asks for ${name}.`, status, progress],
        ...[stage, createdAt, updatedAt],
      ];
    }
  }
  return tableOf('projects', COLUMNS, generate, profile.projects);
}
