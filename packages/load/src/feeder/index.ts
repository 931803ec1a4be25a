/** Rows of data for the users of a scenario. @module */
export { FEEDER_ERRORS, type FeederErrorCode } from './errors.ts';
export { Feed } from './feed.ts';
export {
  type CsvFeedOptions,
  type Feeder,
  type FeedOptions,
  type FeedStrategy,
  type FileFeedOptions,
  feedList,
} from './feeder.ts';
export { type CsvRow, feedCsv, feedJson } from './file-feeders.ts';
