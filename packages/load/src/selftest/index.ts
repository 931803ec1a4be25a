/** The load tester's own errors, held against a server whose truth is known. @module */
export type { SelfTestCheck, SelfTestFigure, SelfTestPart } from './check.ts';
export { type KnownStall, type KnownStallFigure, type KnownStallOptions, measureKnownStall } from './known-stall.ts';
export { runSelfTest, type SelfTestOptions, type SelfTestResult } from './self-test.ts';
