import { createRandom } from 'millrace/core';
import { AGENT_ROLES } from '../../ports/index.ts';
import type { DataSetOptions } from '../data-set.ts';
import { HISTORY_DAYS } from '../profile.ts';
import { byShare, oneOf } from './choice.ts';
import { createParentPicker, type Owners } from './ownership.ts';
import { type TableRows, tableOf } from './table.ts';

const COLUMNS = ['id', 'project_id', 'agent_role', 'status', 'current_task', 'tokens_used', 'created_at'];
const STATUSES = { done: 0.8, working: 0.1, failed: 0.1 };
const TASKS = ['read the requirements', 'draft "the plan"', 'write the tests', '检查结果', null];
const HISTORY_MS = HISTORY_DAYS * 86_400_000;

/** In order of time, so that ids and `created_at` agree on what is newer. */
export function activityRows({ profile, seed, referenceNow }: DataSetOptions, projectOwners: Owners): TableRows {
  const startMs = referenceNow.getTime() - HISTORY_MS;
  function* generate() {
    const random = createRandom(seed).fork('activities');
    const pickProject = createParentPicker(projectOwners, random.fork('projects'));
    for (let index = 0; index < profile.activities; index++) {
      const createdAt = new Date(startMs + Math.floor(((index + random.next()) / profile.activities) * HISTORY_MS));
      yield [
        ...[index + 1, pickProject(index), oneOf(AGENT_ROLES, random), byShare(STATUSES, random)],
        ...[oneOf(TASKS, random), random.int(8_000), createdAt],
      ];
    }
  }
  return tableOf('agent_activities', COLUMNS, generate, profile.activities);
}
