/**
 * Which folder may import which: the one table behind `npm run verify:layers`, the editor's lint rules in
 * `biome.json` and the page ARCHITECTURE.md (`npm run layers:write` writes the last two).
 * Another folder is entered by its `index.ts` alone; a workspace by a public entry of its package alone.
 */

/**
 * Folders side by side under one root. A folder may import itself and what stands beside its name. A name that
 * ends in `.ts` is a file directly in the root; {@link OTHER_FILES} are the files there that have no row.
 */
export interface LayerGroup {
  /** Path below the root of the repository. */
  readonly root: string;
  readonly layers: Readonly<Record<string, readonly string[]>>;
  /** Folders made for tests: every test of the group may import them. */
  readonly forTests: readonly string[];
}

export const OTHER_FILES = '*.ts';

/** Whether a name of the table stands for files directly in the root of its group. */
export function isFile(layer: string): boolean {
  return layer.endsWith('.ts');
}

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
    [OTHER_FILES]: [],
    schedule: [OTHER_FILES],
    scenario: [OTHER_FILES],
    result: [OTHER_FILES],
    http: [OTHER_FILES, 'scenario', 'result'],
    run: [OTHER_FILES, 'schedule', 'scenario', 'result', 'http'],
    prove: [OTHER_FILES, 'schedule', 'scenario', 'result', 'http', 'run'],
    report: [OTHER_FILES, 'result', 'prove'],
    'index.ts': ['schedule', 'scenario', 'result', 'run', 'report'],
  },
  forTests: [],
};

const REFERENCE: LayerGroup = {
  root: 'apps/reference/src',
  layers: {
    ports: [],
    [OTHER_FILES]: ['ports'],
    data: [],
    upstreams: ['data'],
    postgres: ['ports', OTHER_FILES],
    routes: ['ports', OTHER_FILES],
    baseline: ['ports', 'postgres', OTHER_FILES],
    optimised: ['ports', 'postgres', OTHER_FILES],
    'service.ts': ['ports', OTHER_FILES, 'postgres', 'routes', 'baseline', 'optimised'],
    'main.ts': [OTHER_FILES, 'service.ts'],
    proof: [OTHER_FILES, 'data', 'upstreams'],
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
