/** Building blocks that know nothing of the features. @module */
export { type Breaker, type BreakerOptions, createBreaker } from './breaker.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export type {
  Config,
  ConfigErrorCode,
  ConfigRow,
  ConfigRows,
  ConfigTable,
  Contradiction,
  Environment,
  ReadConfigOptions,
  ServiceConfig,
} from './config/index.ts';
export {
  allowedText,
  CONFIG_ERRORS,
  defineConfig,
  readConfig,
  readServiceConfig,
  serviceConfig,
} from './config/index.ts';
export { CORE_ERRORS, type CoreErrorCode } from './core-errors.ts';
export { createDeadline, type Deadline, type DeadlineOptions, withTimeout } from './deadline.ts';
export { defineErrors, type ErrorContext, type ErrorRow, type ErrorTable, MillraceError } from './errors.ts';
export { Histogram } from './histogram.ts';
export { type HistogramSnapshot, subtractSnapshots } from './histogram-snapshot.ts';
export { checkOptionNames, type OptionNames } from './option-names.ts';
export { createRandom, type Random } from './random.ts';
export { createSingleFlight, type SingleFlight, type SingleFlightOptions } from './single-flight.ts';
