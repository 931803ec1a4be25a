import { type DigestRequest, findMismatches } from '@millrace/load/prove';
import type { Service } from './service.ts';

/** An answer with what the run itself made taken out of it. */
export interface Digest {
  readonly status: number;
  readonly type: string;
  readonly challenge: string;
  readonly body: unknown;
}

/** Ids and seeded times stay as they are: only what the run itself makes is named. */
function toDigest(headers: Readonly<Record<string, unknown>>, status: number, text: string, startedAt: string): Digest {
  const type = String(headers['content-type'] ?? '');
  const normalise = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && value >= startedAt) return '<now>';
    if (/^mk_[\w-]{49}$/.test(value)) return '<API key>';
    return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value) ? '<token>' : value;
  };
  const body: unknown = type.includes('json') ? JSON.parse(text, normalise) : text;
  return { status, type, challenge: String(headers['www-authenticate'] ?? ''), body };
}

/** Sends the requests one after another. */
export async function answersOf({ app }: Service, requests: readonly DigestRequest[]): Promise<Digest[]> {
  const startedAt = new Date(Date.now() - 1_000).toISOString();
  const answers: Digest[] = [];
  for (const { method, path, headers = {}, body } of requests) {
    const payload = body === undefined ? {} : { payload: body };
    const answer = await app.inject({ method, url: path, headers, ...payload });
    answers.push(toDigest(answer.headers, answer.statusCode, answer.body, startedAt));
  }
  return answers;
}

/** Where the answers to the same requests differ, a line each. */
export function mismatches(
  requests: readonly DigestRequest[],
  left: readonly Digest[],
  right: readonly Digest[],
): string[] {
  return requests.flatMap(({ name }, index) =>
    findMismatches(name, left[index], right[index]).map((found) => {
      return `${found.request}: ${found.path} is ${found.before}, then ${found.after}`;
    }),
  );
}
