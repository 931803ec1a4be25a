import type { RequestSpec } from '../scenario/index.ts';

const FOLLOWED: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const OF_CONTENT = /^(?:content-.*|transfer-encoding)$/i;

/** Whether an answer of that status leads elsewhere. */
export function isRedirect(status: number): boolean {
  return FOLLOWED.has(status);
}

/**
 * The request that follows a redirect (RFC 9110 section 15.4): 303 makes anything but HEAD a GET, 301 and 302 make
 * POST a GET as all clients do, 307 and 308 change nothing but the place.
 * @returns undefined when it leads to another origin, where nothing of the user's may go
 */
export function followRedirect(
  spec: RequestSpec,
  status: number,
  location: string,
  origin: string,
): RequestSpec | undefined {
  const url = URL.parse(location, origin + spec.path);
  if (url === null || url.origin !== origin) return undefined;
  const path = url.pathname + url.search;
  const { method, body: _, headers = {}, ...rest } = spec;
  const becomesGet = status === 303 ? method !== 'HEAD' : method === 'POST' && (status === 301 || status === 302);
  if (!becomesGet) return { ...spec, path };
  const kept = Object.entries(headers).filter(([name]) => !OF_CONTENT.test(name));
  return { ...rest, method: 'GET', path, headers: Object.fromEntries(kept) };
}
