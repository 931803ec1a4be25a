/**
 * Which folder may import which: the one table behind `npm run verify:layers`, the editor's lint rules in
 * `biome.json` and the page ARCHITECTURE.md (`npm run layers:write` writes the last two).
 * Another folder is entered by its `index.ts` alone; a workspace by a public entry of its package alone.
 */

/** Folders side by side under one root. A folder may import itself and what stands beside its name. */
export interface LayerGroup {
  /** Path below the root of the repository. */
  readonly root: string;
  readonly layers: Readonly<Record<string, readonly string[]>>;
  /** Folders made for tests: every test of the group may import them. */
  readonly forTests: readonly string[];
}

/** Files that stand directly in a group's root. */
export const ROOT_FILES = '(root files)';

const GROUND: readonly string[] = ['core', 'signals', 'redis'];
const FEATURES: readonly string[] = ['auth', 'cache', 'ratelimit', 'realtime', 'sql', 'tasks', 'upstream'];

const MILLRACE: LayerGroup = {
  root: 'packages/millrace/src',
  layers: {
    core: [],
    signals: ['core'],
    redis: ['core', 'signals'],
    cache: GROUND,
    ratelimit: GROUND,
    tasks: GROUND,
    auth: [...GROUND, 'cache', 'ratelimit'],
    realtime: [...GROUND, 'ratelimit'],
    sql: [...GROUND, 'cache'],
    upstream: [...GROUND, 'cache'],
    telemetry: ['core', 'signals'],
    adapters: ['core', 'signals', ...FEATURES, 'telemetry'],
    testing: [...GROUND, ...FEATURES],
  },
  forTests: ['testing'],
};

const LOAD: LayerGroup = {
  root: 'packages/load/src',
  layers: {
    schedule: [],
    scenario: [],
    result: [],
    http: ['scenario'],
    run: ['schedule', 'scenario', 'http', 'result'],
    prove: ['schedule', 'scenario', 'http', 'result', 'run'],
    report: ['result', 'prove'],
    [ROOT_FILES]: ['schedule', 'scenario', 'result', 'http', 'run', 'prove', 'report'],
  },
  forTests: [],
};

const REFERENCE: LayerGroup = {
  root: 'apps/reference/src',
  layers: {
    ports: [ROOT_FILES],
    data: [],
    postgres: ['ports', ROOT_FILES],
    upstreams: ['data'],
    routes: ['ports', ROOT_FILES],
    baseline: ['ports', 'postgres', ROOT_FILES],
    optimised: ['ports', 'postgres', ROOT_FILES],
    [ROOT_FILES]: ['ports', 'data', 'postgres', 'upstreams', 'routes', 'baseline', 'optimised'],
  },
  forTests: [],
};

export const LAYER_GROUPS: readonly LayerGroup[] = [MILLRACE, LOAD, REFERENCE];

/** Workspaces by name, and the workspaces whose public entries each may import. */
export const WORKSPACES: Readonly<Record<string, readonly string[]>> = {
  millrace: [],
  '@millrace/load': ['millrace'],
  '@millrace/hub': ['millrace'],
  '@millrace/dashboard': ['@millrace/hub'],
  '@millrace/cli': ['millrace', '@millrace/load', '@millrace/hub'],
  '@millrace/reference': ['millrace', '@millrace/load', '@millrace/scripts'],
  '@millrace/bench': ['millrace', '@millrace/load', '@millrace/reference', '@millrace/scripts'],
  '@millrace/scripts': ['millrace', '@millrace/load'],
};
