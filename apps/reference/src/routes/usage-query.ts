import { type Static, Type } from 'typebox';
import { KEY_STATUSES, type Period, type UsageFilter } from '../ports/index.ts';
import { Problem } from '../problem.ts';
import { Id, Instant, oneOf, query, text } from './fields.ts';

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const UsageQuery = query({
  name: Type.Optional(text(100)),
  status: Type.Optional(oneOf(KEY_STATUSES)),
  minTokens: Type.Optional(Count),
  maxTokens: Type.Optional(Count),
  minRequests: Type.Optional(Count),
  maxRequests: Type.Optional(Count),
  lastUsedAfter: Type.Optional(Instant),
  lastUsedBefore: Type.Optional(Instant),
  startDate: Type.Optional(Instant),
  endDate: Type.Optional(Instant),
  keyId: Type.Optional(Id),
  realtime: Type.Optional(Type.Boolean()),
});

export function toUsageFilter(asked: Static<typeof UsageQuery>): UsageFilter {
  const { name, status, minTokens, maxTokens, minRequests, maxRequests, keyId, realtime } = asked;
  if (realtime && keyId === undefined) throw new Problem(400, 'realtime needs a keyId');
  return {
    ...{ name, status, minTokens, maxTokens, minRequests, maxRequests, keyId },
    lastUsedAfter: toInstant('lastUsedAfter', asked.lastUsedAfter),
    lastUsedBefore: toInstant('lastUsedBefore', asked.lastUsedBefore),
    period: toPeriod(asked),
  };
}

/** Undefined when neither end is given. */
export function toPeriod(asked: { readonly startDate?: string; readonly endDate?: string }): Period | undefined {
  const start = toInstant('startDate', asked.startDate);
  const end = toInstant('endDate', asked.endDate);
  if (start && end && start >= end) throw new Problem(400, 'startDate must lie before endDate');
  return start || end ? { start, end } : undefined;
}

export function toInstant(field: string, given: string | undefined): Date | undefined {
  if (given === undefined) return undefined;
  const instant = new Date(given);
  if (Number.isNaN(instant.getTime()) || !isDay(given.slice(0, 10))) throw new Problem(400, `${field} is no date`);
  return instant;
}

/** `Date` reads 30 February as 2 March. */
function isDay(day: string): boolean {
  const read = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day);
}
