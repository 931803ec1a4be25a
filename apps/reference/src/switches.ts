import { START_ERRORS } from './errors.ts';

/** One thing that teams write by hand in a service before it is tuned, selectable on its own. */
export interface SwitchSpec {
  readonly id: string;
  /** What the service does while the switch is on. */
  readonly does: string;
  /** Systems that did this before their optimisation, and what shows it; empty when none of the five shows it. */
  readonly evidence: readonly { readonly system: '000' | '001' | '002' | '003' | '004'; readonly shows: string }[];
}

/** Every switch. The optimised mode has none of them on. */
export const SWITCHES = [
  {
    id: 'auth.hash-on-loop',
    does: 'verifies and makes bcrypt hashes (cost 12) synchronously on the event loop',
    evidence: [{ system: '000', shows: 'bcrypt cost 12 on the event loop' }],
  },
  {
    id: 'auth.hash-on-libuv',
    does: "verifies and makes bcrypt hashes by the library's asynchronous calls, on libuv's threads, without a bound",
    evidence: [],
  },
  {
    id: 'auth.hash-pool-1',
    does: 'verifies and makes bcrypt hashes off the event loop, one at a time, behind a queue without a bound',
    evidence: [],
  },
  {
    id: 'auth.db-per-request',
    does: 'reads the session and its user from the database for every authorised request',
    evidence: [
      {
        system: '000',
        shows: 'each request took the database path for its user; the token cache came with the optimisation',
      },
    ],
  },
  {
    id: 'limits.none',
    does: 'limits neither logins nor requests',
    evidence: [
      { system: '001', shows: 'the limiter is before no route, and lets everything through without its Redis' },
    ],
  },
  {
    id: 'db.pool-of-2',
    does: 'works with a pool of two connections',
    evidence: [],
  },
  {
    id: 'db.pool-of-10',
    does: "works with a pool of ten connections, the driver's default",
    evidence: [],
  },
  {
    id: 'db.pg-connect-per-request',
    does: 'opens a database connection each time it asks the database, and closes it behind the answer',
    evidence: [],
  },
  {
    id: 'db.parse-per-query',
    does: 'sends each statement as text, to be parsed and planned each time',
    evidence: [
      {
        system: '000',
        shows: 'its documents say that the cache of query plans came with the optimisation; no code shows it',
      },
    ],
  },
  {
    id: 'db.no-index',
    does: 'runs on the indexes that were there before the optimisation: keys, owners of signals and API keys, usage by time',
    evidence: [
      { system: '000', shows: 'strategies.user_id has no index' },
      { system: '001', shows: 'the indexes on owners of projects, files and activities came with the optimisation' },
      { system: '003', shows: 'the indexes on totals, status and last use came with the optimisation' },
    ],
  },
  {
    id: 'db.key-indexes-only',
    does: 'runs on the indexes of db.no-index and one on each foreign key without, none for a query, less two that no query asks for',
    evidence: [],
  },
  {
    id: 'db.no-totals',
    does: 'adds up all signals of the user for each summary; off, a trigger keeps totals, and signals can only be added',
    evidence: [{ system: '000', shows: 'statistics load all rows into memory: no totals are kept' }],
  },
  {
    id: 'db.offset-paging',
    does: 'pages lists by OFFSET, which walks over all rows before the page',
    evidence: [
      {
        system: '000',
        shows: 'lists by skip and limit, that is OFFSET',
      },
    ],
  },
  {
    id: 'db.n-plus-one',
    does: 'asks for owner, files, authors and activities of projects one by one, a query for each row shown',
    evidence: [{ system: '001', shows: 'batch reads by id and eager loading came with the optimisation' }],
  },
  {
    id: 'db.aggregate-in-app',
    does: 'loads all rows of the user and reduces them in the service (overview, signal statistics, leaderboard; usage: those of the period)',
    evidence: [
      { system: '000', shows: 'overview and statistics load all rows into memory' },
      { system: '003', shows: 'the leaderboard loads all rows and sorts them in the service' },
    ],
  },
  {
    id: 'cache.none',
    does: 'reads everything from the database again for each request',
    evidence: [
      { system: '000', shows: 'no cache for strategy and signal lists' },
      { system: '001', shows: 'the cache is never initialised' },
    ],
  },
  {
    id: 'upstream.no-cache',
    does: 'calls the upstream for each request',
    evidence: [{ system: '003', shows: 'each page view calls the key service; its cache came with the optimisation' }],
  },
  {
    id: 'upstream.new-connection',
    does: 'opens a TCP connection for each upstream call',
    evidence: [],
  },
  {
    id: 'upstream.no-single-flight',
    does: 'lets simultaneous requests for one upstream answer each make the call',
    evidence: [{ system: '003', shows: 'no single flight for upstream calls' }],
  },
  {
    id: 'upstream.serial',
    does: 'asks for what a page or a comparison needs one after the other',
    evidence: [{ system: '003', shows: 'the parallel fetch of compared keys came with the optimisation' }],
  },
  {
    id: 'export.buffered',
    does: 'loads all rows of an export, makes one string of them, and sends it then',
    evidence: [{ system: '003', shows: 'the export buffers everything' }],
  },
  {
    id: 'log.sync',
    does: 'writes the line of each request to the access log (ACCESS_LOG) by a system call on the event loop',
    evidence: [],
  },
] as const satisfies readonly SwitchSpec[];

export type SwitchId = (typeof SWITCHES)[number]['id'];

/** The switches that are on. */
export type SwitchSet = ReadonlySet<SwitchId>;

/** The measured "before": every switch that one of the five systems shows before its optimisation. */
export const ORIGIN_PRESET: readonly SwitchId[] = SWITCHES.filter((row) => row.evidence.length > 0).map(
  (row) => row.id,
);

/** What a careful team has today without a cache or a look at its queries; SQL is set-based, upstream calls keep their connections. */
const TYPICAL_PRESET: readonly SwitchId[] = [
  ...(['auth.hash-on-libuv', 'auth.db-per-request'] as const),
  ...(['db.pool-of-10', 'db.parse-per-query'] as const),
  ...(['db.key-indexes-only', 'db.no-totals', 'db.offset-paging'] as const),
  ...(['cache.none', 'upstream.no-cache', 'upstream.no-single-flight'] as const),
];

const PRESETS: Readonly<Record<string, readonly SwitchId[]>> = {
  origin: ORIGIN_PRESET,
  typical: TYPICAL_PRESET,
  optimised: [],
};

/** Switches that choose different parts for the same place: at most one of each group can be on. */
export const EXCLUSIVE_SWITCHES: readonly (readonly SwitchId[])[] = [
  ['auth.hash-on-loop', 'auth.hash-on-libuv', 'auth.hash-pool-1'],
  ['db.pool-of-2', 'db.pool-of-10', 'db.pg-connect-per-request'],
  ['db.no-index', 'db.key-indexes-only'],
];

/**
 * Reads `REFERENCE_SWITCHES`: `origin`, `typical`, `optimised` (also when absent or empty), or a comma list of switch ids.
 * @throws MILLRACE_REFERENCE_SWITCH_UNKNOWN, MILLRACE_REFERENCE_SWITCHES_EXCLUDE
 */
export function parseSwitches(text: string | undefined): SwitchSet {
  const words = (text ?? '').split(',').flatMap((word) => word.trim() || []);
  const known = new Set<string>(SWITCHES.map((row) => row.id));
  const isSwitch = (word: string): word is SwitchId => known.has(word);
  const chosen = new Set(
    words.flatMap((word) => {
      const preset = PRESETS[word];
      if (preset) return preset;
      if (isSwitch(word)) return [word];
      const presets = Object.keys(PRESETS).join(', ');
      throw START_ERRORS.create('MILLRACE_REFERENCE_SWITCH_UNKNOWN', { word, presets, known: [...known].join(', ') });
    }),
  );
  refuseExclusive(chosen);
  return chosen;
}

function refuseExclusive(chosen: SwitchSet): void {
  for (const group of EXCLUSIVE_SWITCHES) {
    const [first, second] = group.filter((id) => chosen.has(id));
    if (first && second) throw START_ERRORS.create('MILLRACE_REFERENCE_SWITCHES_EXCLUDE', { first, second });
  }
}
