import { CATALOGUES } from '@millrace/load/report';
import { GOAL_WORDS } from '../goals-table.ts';
import { compareCatalogues } from './catalogues.ts';
import { type Fault, report } from './fault.ts';

/** Every place that holds the words of each language, by its path. */
const PLACES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'packages/load/src/report': CATALOGUES,
  'scripts/goals-table.ts': GOAL_WORDS,
};

const faults = Object.entries(PLACES).flatMap(([where, { en, ...others }]) =>
  Object.entries(others).flatMap(([language, texts]): Fault[] =>
    compareCatalogues(en, texts).map((problem) => ({ where, what: `${language}: ${problem}` })),
  ),
);
report('texts', faults, `${Object.keys(CATALOGUES).join(' and ')} say the same`);
