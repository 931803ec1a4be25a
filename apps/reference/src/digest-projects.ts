import type { DigestRequest } from '@millrace/load/prove';
import { createCursors } from './cursors.ts';
import { PROFILES, WHALE_USER } from './data/index.ts';
import type { Callers, DigestContext, Headers } from './digest-callers.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const PROJECTS = '/api/v1/projects';
const FILES = '/api/v1/files';
const ACTIVITIES = '/api/v1/agent-activities';

type Unnamed = Omit<DigestRequest, 'name'>;

function get(path: string, headers: Headers): Unnamed {
  return { method: 'GET', path, headers };
}

function send(method: 'POST' | 'PATCH', path: string, caller: Headers, body?: unknown): Unnamed {
  if (body === undefined) return { method, path, headers: caller };
  return { method, path, headers: { ...caller, ...JSON_TYPE }, body: JSON.stringify(body) };
}

/** Projects, their files and what agents did for them: read, changed, and read again. The whale's are 1, 6, 11 and so on. */
export function projectRequests(context: DigestContext, callers: Callers): readonly Unnamed[] {
  return [...reads(context, callers), ...writes(callers), ...refusals(callers)];
}

function reads({ profile, tokenSecret }: DigestContext, { whale, trader, empty }: Callers): Unnamed[] {
  const { encode } = createCursors(tokenSecret);
  const position = { afterId: PROFILES[profile].projects - 4 - 5 * 3, offset: 4 };
  const cursor = encode(`projects:${WHALE_USER}:{}`, position);
  return [
    get(PROJECTS, whale),
    get(`${PROJECTS}?limit=4`, whale),
    get(`${PROJECTS}?limit=4&cursor=${cursor}`, whale),
    ...['pending', 'running', 'completed', 'failed'].map((status) => get(`${PROJECTS}?status=${status}`, whale)),
    get(PROJECTS, trader),
    get(PROJECTS, empty),
    get(`${PROJECTS}/1`, whale),
    get(`${PROJECTS}/1?include=files`, whale),
    get(`${PROJECTS}/6?include=activities`, whale),
    get(`${PROJECTS}/1?include=files,activities`, whale),
    get(`${PROJECTS}/11?include=activities,files`, whale),
    get(`${FILES}/1`, whale),
    get(`${FILES}/1/versions`, whale),
    get(`${FILES}/6/versions?limit=1`, whale),
    get(`${ACTIVITIES}?projectId=1`, whale),
    get(`${ACTIVITIES}?projectId=11&limit=100`, whale),
  ];
}

/** Each write is followed by the reads that it must show in. */
function writes({ whale, trader, empty }: Callers): Unnamed[] {
  const activity = {
    projectId: 6,
    agentRole: 'tester',
    status: 'done',
    currentTask: 'say “bestanden”',
    tokensUsed: 12,
  };
  return [
    send('POST', PROJECTS, empty, { name: 'First "one"', requirements: 'Alles, was nötig ist.' }),
    get(PROJECTS, empty),
    send('PATCH', `${PROJECTS}/1`, whale, {
      name: 'Renamed',
      status: 'running',
      progress: 40,
      currentStage: 'testing',
    }),
    send('PATCH', `${PROJECTS}/1`, whale, { progress: 0 }),
    send('PATCH', `${PROJECTS}/1`, whale, { currentStage: null }),
    get(`${PROJECTS}/1?include=files,activities`, whale),
    send('PATCH', `${PROJECTS}:bulk-status`, whale, { ids: [6, 1, 11], status: 'completed' }),
    send('PATCH', `${PROJECTS}:bulk-status`, whale, { ids: [1, 2], status: 'failed' }),
    send('PATCH', `${PROJECTS}:bulk-status`, trader, { ids: [1], status: 'failed' }),
    get(`${PROJECTS}?status=completed`, whale),
    send('POST', ACTIVITIES, whale, activity),
    send('POST', ACTIVITIES, whale, { ...activity, currentTask: null, status: 'failed', tokensUsed: 0 }),
    send('POST', ACTIVITIES, trader, activity),
    get(`${ACTIVITIES}?projectId=6&limit=3`, whale),
    get(`${PROJECTS}/6?include=activities`, whale),
    send('POST', `${FILES}/1/restore/1`, whale),
    send('POST', `${FILES}/1/restore/1000`, whale),
    send('POST', `${FILES}/1/restore/1`, trader),
    get(`${FILES}/1`, whale),
    get(`${FILES}/1/versions`, whale),
    get(`${PROJECTS}?limit=100`, whale),
  ];
}

function refusals({ whale, trader }: Callers): Unnamed[] {
  return [
    get(PROJECTS, {}),
    get(`${PROJECTS}/1`, trader),
    get(`${PROJECTS}/999999?include=files`, whale),
    get(`${PROJECTS}/1?include=owner`, whale),
    get(`${PROJECTS}?status=asleep`, whale),
    get(`${FILES}/1`, trader),
    get(`${FILES}/1/versions`, trader),
    get(`${FILES}/999999`, whale),
    get(`${ACTIVITIES}?projectId=1`, trader),
    get(ACTIVITIES, whale),
    send('PATCH', `${PROJECTS}/1`, trader, { progress: 1 }),
    send('PATCH', `${PROJECTS}/1`, whale, {}),
    send('PATCH', `${PROJECTS}/1`, whale, { progress: 101 }),
    send('PATCH', `${PROJECTS}:bulk-status`, whale, { ids: [1, 1], status: 'failed' }),
    send('POST', PROJECTS, whale, { name: 'half' }),
    send('POST', ACTIVITIES, whale, { projectId: 1, agentRole: 'poet', status: 'done', tokensUsed: 1 }),
  ];
}
