/** The names and payloads that features publish. @module */
export { type Channel, defineChannel } from './channel.ts';
