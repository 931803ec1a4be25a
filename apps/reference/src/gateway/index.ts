/** Questions to language models: which provider is asked, and how its answer is read. @module */
export { createFailover } from './failover.ts';
export { MessageReader } from './message.ts';
export { createProviderKeys, placeOf } from './own-keys.ts';
export { createProviderCalls, type ProviderCallOptions } from './provider-calls.ts';
export { Providers } from './providers.ts';
export { readEvents, writeEvent } from './server-sent-events.ts';
