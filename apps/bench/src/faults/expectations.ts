import type { Service } from '@millrace/reference/trial';

/** What a read must answer: the text of its body. */
export class Expectations {
  readonly #bodies = new Map<string, string>();

  /** Learns what `path` must answer to `userId`, from a service that no fault touches. */
  async learn(source: Service, userId: number, token: string, path: string): Promise<string> {
    const { statusCode, body } = await source.app.inject({ url: path, headers: { authorization: `Bearer ${token}` } });
    if (statusCode !== 200) throw new Error(`${path} answered ${statusCode} without a fault: ${body}`);
    this.know(userId, path, body);
    return body;
  }

  /** `path` must answer `body` to `userId`. */
  know(userId: number, path: string, body: string): void {
    this.#bodies.set(`${userId} ${path}`, body);
  }

  /** Why `body` is not what `path` must answer, or undefined. */
  mismatch(userId: number, path: string, body: string): string | undefined {
    const expected = this.#bodies.get(`${userId} ${path}`);
    if (expected === undefined) throw new Error(`nobody learned what ${path} answers to user ${userId}`);
    if (body === expected || body === withoutUpstream(expected)) return undefined;
    return `expected ${excerpt(expected)}, got ${excerpt(body)}`;
  }
}

interface KeyPage {
  readonly items: readonly object[];
  readonly upstreamAvailable?: boolean;
}

/** A page of keys says when it lacks what the key service knows, and is right in saying so. */
function withoutUpstream(expected: string): string | undefined {
  const page = JSON.parse(expected) as KeyPage;
  if (page.upstreamAvailable === undefined) return undefined;
  const items = page.items.map((item) => ({ ...item, upstream: null }));
  return JSON.stringify({ ...page, items, upstreamAvailable: false });
}

function excerpt(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
