/** What a service's own tests need to test it as Millrace does. @module */
export { TESTING_ERRORS, type TestingErrorCode } from './errors.ts';
export { createFakeClock, type FakeClock, type FakeClockOptions } from './fake-clock.ts';
export { propertySeed } from './property-seed.ts';
