/** The memory tier: bounded values, their facts, their tags, and who gives way when it is full. @module */
export type { EntryFacts } from './facts.ts';
export { Memory, type MemoryOptions } from './memory.ts';
export { POLICY_NAMES, type PolicyName } from './policies.ts';
