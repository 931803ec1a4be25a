/** Limits as HTTP says them: headers, answers, who asks, and who is exempt. @module */
export { type ClientNetwork, type ClientNetworkOptions, defineClientNetwork } from './client-network.ts';
export {
  defineExemptions,
  type ExemptionOptions,
  type ExemptionScope,
  type Exemptions,
  type ExemptionVerdict,
} from './exemptions.ts';
export { type HttpHeader, type RateLimitHeaderOptions, rateLimitHeaders } from './rate-limit-headers.ts';
export { type RefusedAnswer, tooManyRequests } from './too-many-requests.ts';
