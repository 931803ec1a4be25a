import type { Answer } from '../scenario/index.ts';
import type { AnswerMismatch } from './proof-result.ts';

/** An answer as compared: values that differ from process to process are replaced by names. */
export interface CanonicalAnswer {
  readonly status: number;
  /** Media type without parameters; empty when absent. */
  readonly type: string;
  /** Parsed when JSON, else the text. */
  readonly body: unknown;
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SIGNED_TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

/** Makes the answers of one arm comparable, in the order of the request list. */
export interface Canonicaliser {
  canonicalise(answer: Answer): CanonicalAnswer;
}

/**
 * Times and signed tokens become `<time>` and `<token>`. UUIDs, and whatever stands under one of `volatileKeys`,
 * become numbers by first appearance over the whole list: `<uuid:1>`, `<cursor:2>`. So an answer that names the
 * wrong one of two rows still differs.
 */
export function createCanonicaliser(volatileKeys: readonly string[] = []): Canonicaliser {
  const keys = new Set(volatileKeys);
  const seen = new Map<string, Map<unknown, number>>();
  const numbered = (kind: string, value: unknown): string => {
    const ofKind = seen.get(kind) ?? new Map<unknown, number>();
    seen.set(kind, ofKind);
    if (!ofKind.has(value)) ofKind.set(value, ofKind.size + 1);
    return `<${kind}:${ofKind.get(value)}>`;
  };
  const normalise = (value: unknown, key: string): unknown => {
    if (value === null || value === undefined) return value;
    if (Array.isArray(value)) return value.map((item) => normalise(item, key));
    if (typeof value === 'object') return mapObject(value, normalise);
    if (keys.has(key)) return numbered(key, value);
    if (typeof value !== 'string') return value;
    if (ISO_TIME.test(value)) return '<time>';
    if (SIGNED_TOKEN.test(value)) return '<token>';
    return UUID.test(value) ? numbered('uuid', value.toLowerCase()) : value;
  };
  return {
    canonicalise(answer) {
      const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
      return { status: answer.status, type, body: normalise(parseBody(type, answer.body), '') };
    },
  };
}

function mapObject(value: object, normalise: (value: unknown, key: string) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalise(item, key)]));
}

function parseBody(type: string, body: string): unknown {
  if (!/[/+]json$/.test(type)) return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

const ABSENT = Symbol('absent');
const SHOWN_CHARACTERS = 120;

/** Every place where two values differ, depth first, at most `limit` of them. Absent and null are different. */
export function findMismatches(request: string, before: unknown, after: unknown, limit = 20): AnswerMismatch[] {
  const found: AnswerMismatch[] = [];
  const walk = (left: unknown, right: unknown, path: string): void => {
    if (found.length >= limit || Object.is(left, right)) return;
    if (Array.isArray(left) && Array.isArray(right)) {
      for (let i = 0; i < Math.max(left.length, right.length); i++) walk(at(left, i), at(right, i), `${path}[${i}]`);
    } else if (isRecord(left) && isRecord(right)) {
      for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
        walk(at(left, key), at(right, key), member(path, key));
    } else {
      found.push({ request, path, before: show(left), after: show(right) });
    }
  };
  walk(before, after, '$');
  return found;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: object, key: string | number): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : ABSENT;
}

function member(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function show(value: unknown): string {
  if (value === ABSENT) return 'absent';
  const json = JSON.stringify(value);
  return json.length > SHOWN_CHARACTERS ? `${json.slice(0, SHOWN_CHARACTERS)}…` : json;
}
