import type { CacheRespondSignal } from '../../signals/index.ts';
import { withEntityTag } from './conditional.ts';
import type { ResponsePlan } from './response-options.ts';
import { headerText, type Produced, type ServiceResponse } from './service-exchange.ts';
import { bytesOf, type StoredResponse, toStored } from './stored-response.ts';

/** What becomes of what a handler made. */
export type Verdict =
  | {
      readonly kind: 'store';
      readonly response: ServiceResponse;
      readonly stored: StoredResponse;
      readonly ttlMs: number | undefined;
      readonly tags: readonly string[] | undefined;
    }
  /** For who asked, and nobody else. */
  | { readonly kind: 'pass'; readonly response: ServiceResponse | undefined; readonly reason: Reason }
  /** The service is in trouble. `stored`: what of it who waits for the same answer may have; undefined: nothing. */
  | { readonly kind: 'failed'; readonly response: ServiceResponse; readonly stored: StoredResponse | undefined }
  | { readonly kind: 'thrown'; readonly error: unknown; readonly shared: boolean };

type Reason = CacheRespondSignal['reason'];

/** @param isSameAsker false when the handler found out that who asks is another than the key says. */
export function judge<Source>(
  { response, before }: Produced,
  source: Source,
  plan: ResponsePlan<Source>,
  isSameAsker: boolean,
): Verdict {
  if (response === undefined) return { kind: 'pass', response, reason: 'streamed' };
  const reason = isSameAsker ? forbidden(response, plan) : 'authorised';
  const wallNow = plan.clock.wallNow();
  if (response.status >= 500) {
    return { kind: 'failed', response, stored: reason === undefined ? toStored(response, before, wallNow) : undefined };
  }
  if (reason !== undefined) return { kind: 'pass', response, reason };
  if (!plan.statuses.has(response.status)) return { kind: 'pass', response, reason: 'status' };
  const tags = tagsOf(response, source, plan);
  if (tags === 'failed') return { kind: 'pass', response, reason: 'tags-failed' };
  const tagged = withEntityTag(response);
  const stored = toStored(tagged, before, wallNow);
  const ttlMs = response.status === 404 || response.status === 410 ? plan.negativeTtlMs : undefined;
  return { kind: 'store', response: tagged, stored, ttlMs, tags };
}

/** An error that says the request was wrong is that request's alone; any other is everybody's who waits. */
export function judgeError(error: unknown, isSameAsker: boolean): Verdict {
  const { status, statusCode = status } = Object(error) as { readonly status?: unknown; readonly statusCode?: unknown };
  const clientsFault = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return { kind: 'thrown', error, shared: isSameAsker && !clientsFault };
}

/** Why an answer is for nobody else. */
function forbidden<Source>({ headers, body }: ServiceResponse, plan: ResponsePlan<Source>): Reason | undefined {
  if (headers.has('set-cookie') || headers.has('clear-site-data')) return 'set-cookie';
  const directives = directivesOf(headerText(headers, 'cache-control') ?? '');
  if (directives.has('no-store') || directives.has('no-cache')) return 'cache-control';
  if (directives.has('private') && plan.user === undefined) return 'cache-control';
  const vary = headerText(headers, 'vary') ?? '';
  const isKnown = (name: string): boolean => name === '' || (name !== '*' && plan.headers.includes(name));
  if (!vary.split(',').every((name) => isKnown(name.trim().toLowerCase()))) return 'vary';
  // Negotiated without saying so, it would go to clients that cannot read it.
  const encoding = headerText(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && !plan.headers.includes('accept-encoding')) return 'encoding';
  if (headers.has('trailer')) return 'streamed';
  return bytesOf(body) > plan.maxBodyBytes ? 'too-large' : undefined;
}

/** Names of the directives, in small letters; what stands in quotes is no directive. */
function directivesOf(cacheControl: string): ReadonlySet<string> {
  const bare = cacheControl.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return new Set(bare.split(',').map((one) => one.split('=', 1)[0]!.trim().toLowerCase()));
}

function tagsOf<Source>(
  response: ServiceResponse,
  source: Source,
  { tagsOf: tags }: ResponsePlan<Source>,
): readonly string[] | undefined | 'failed' {
  if (tags === undefined) return undefined;
  try {
    const named: unknown = tags(source, response);
    return Array.isArray(named) && named.every((tag) => typeof tag === 'string') ? named : 'failed';
  } catch {
    return 'failed';
  }
}
