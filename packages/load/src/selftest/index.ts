/** The load tester's own errors, held against a server whose truth is known. @module */
export {
  type KnownStall,
  type KnownStallFigure,
  type KnownStallOptions,
  measureKnownStall,
} from '../run/index.ts';
export type { SelfTestCheck, SelfTestFigure, SelfTestPart } from './check.ts';
export { runSelfTest, type SelfTestOptions, type SelfTestResult } from './self-test.ts';
