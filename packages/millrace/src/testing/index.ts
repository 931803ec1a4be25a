/** What a service's own tests need to test it as Millrace does. @module */
export { TESTING_ERRORS, type TestingErrorCode } from './errors.ts';
export { createFakeClock, type FakeClock, type FakeClockOptions } from './fake-clock.ts';
export {
  createFaultProxy,
  type FaultProxy,
  type FaultProxyOptions,
  type FaultProxyStats,
} from './fault-proxy.ts';
export type { CorruptByte, DirectionFaults, Faults } from './faults.ts';
export { type ForgedTokenOptions, forgedTokens } from './forged-tokens.ts';
export { propertySeed } from './property-seed.ts';
export type { ProxyAddress } from './proxy-address.ts';
export { type RedisDriverSuiteOptions, redisDriverSuite } from './redis-driver-suite.ts';
export { type RevocationLogSuiteOptions, revocationLogSuite } from './revocation-log-suite.ts';
export { type SharedTierSuiteOptions, sharedTierSuite } from './shared-tier-suite.ts';
