/** What an overloaded service refuses, so that it does the rest in time. @module */
export {
  createLoadShedder,
  type LoadDecision,
  type LoadPriority,
  type LoadShedder,
  type LoadShedderOptions,
  type LoadShedderStats,
} from './load-shedder.ts';
