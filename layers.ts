/**
 * Which folder may import which: the one table behind `npm run verify:layers`, the editor's lint rules in
 * `biome.layers.json` and the page ARCHITECTURE.md (`npm run layers:write` writes the last two).
 * Another folder is entered by its `index.ts` alone; a workspace by a public entry of its package alone.
 */

/**
 * Folders side by side under one root. A folder may import itself and what stands beside its name. A row may also
 * stand for files directly in the root, `'a.ts, b.ts'`, or for all of them that have no row, {@link OTHER_FILES}.
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
    'errors.ts': [],
    secrets: [],
    testing: [],
    bytes: [],
    schedule: ['errors.ts'],
    scenario: ['errors.ts'],
    result: ['errors.ts'],
    http: ['errors.ts', 'bytes', 'scenario', 'result'],
    websocket: ['errors.ts', 'bytes', 'http', 'result'],
    sse: ['errors.ts', 'bytes'],
    feeder: ['errors.ts'],
    compat: ['errors.ts', 'scenario', 'result', 'http'],
    run: ['errors.ts', 'secrets', 'schedule', 'scenario', 'result', 'http', 'compat', 'compare'],
    flow: ['errors.ts', 'secrets', 'scenario', 'result', 'http', 'websocket', 'sse', 'feeder', 'run'],
    journal: ['errors.ts', 'result', 'compare'],
    worker: ['errors.ts', 'schedule', 'scenario', 'result', 'run', 'flow', 'journal'],
    thresholds: ['errors.ts', 'result'],
    compare: ['errors.ts', 'result'],
    capacity: ['errors.ts', 'schedule', 'scenario', 'result', 'run', 'thresholds'],
    prove: ['errors.ts', 'secrets', 'schedule', 'scenario', 'result', 'http', 'run', 'capacity'],
    selftest: ['errors.ts', 'schedule', 'scenario', 'result', 'run'],
    report: ['errors.ts', 'result', 'thresholds', 'compare', 'capacity', 'prove', 'selftest'],
    'index.ts': [
      'errors.ts',
      'secrets',
      'schedule',
      'scenario',
      'result',
      'run',
      'feeder',
      'flow',
      'journal',
      'worker',
      'thresholds',
      'compare',
      'capacity',
    ],
  },
  forTests: ['testing'],
};

/** Ground of the reference service: what its folders share. */
const SHARED =
  'connections.ts, counters.ts, crs.ts, crs-answers.ts, cursors.ts, database.ts, errors.ts, figures.ts, lease.ts, problem.ts, tokens.ts, upstream-pool.ts, usage-text.ts';

const REFERENCE: LayerGroup = {
  root: 'apps/reference/src',
  layers: {
    ports: [],
    [SHARED]: ['ports'],
    data: ['ports'],
    upstreams: ['data'],
    postgres: [SHARED, 'ports'],
    gateway: [SHARED, 'ports'],
    routes: [SHARED, 'ports', 'gateway'],
    baseline: [SHARED, 'ports', 'postgres'],
    optimised: [SHARED, 'ports', 'postgres', 'gateway'],
    proof: [SHARED, 'data', 'upstreams'],
    [OTHER_FILES]: [SHARED, 'ports', 'data', 'upstreams', 'postgres', 'gateway', 'routes', 'baseline', 'optimised'],
  },
  forTests: [OTHER_FILES],
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
  '@millrace/bench': ['millrace', '@millrace/load', '@millrace/reference', '@millrace/scripts', '@millrace/tests'],
  '@millrace/example-express': ['millrace', '@millrace/load'],
  '@millrace/example-frameworks': ['millrace'],
  '@millrace/scripts': ['millrace', '@millrace/load'],
  '@millrace/tests': ['millrace', '@millrace/scripts'],
};
