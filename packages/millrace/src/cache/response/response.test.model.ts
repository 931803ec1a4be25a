import {
  type CacheResponseOptions,
  createCache,
  type HeaderValue,
  type Produced,
  type ServiceRequest,
} from '../index.ts';
import { cacheResponse } from './response-cache.ts';

/** A request, with its headers as an object. */
export interface Asked extends Partial<Omit<ServiceRequest, 'header'>> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** A GET of one page, where nothing else is said. */
export function requestOf({ headers = {}, ...rest }: Asked): ServiceRequest {
  const plain = { method: 'GET', origin: 'https://shop.example', path: '/items/1', query: '' };
  return { ...plain, ...rest, header: (name) => headers[name] };
}

/** An answer behind middleware that has set one header. */
export function produced(
  headers: Record<string, HeaderValue>,
  body: string | Uint8Array | null = 'text',
  status = 200,
): Produced {
  return { response: { status, headers: new Map(Object.entries(headers)), body }, before: new Map([['x-outer', '1']]) };
}

/** Whether the second of two requests was answered without its handler. */
export async function shares(
  options: Partial<CacheResponseOptions<object>>,
  first: Asked,
  second: Asked,
): Promise<boolean> {
  await using cache = createCache({ name: 'answers' });
  const responses = cacheResponse<object>({ cache, ...options });
  let runs = 0;
  for (const asked of [first, second]) {
    await responses.respond(requestOf(asked), {}, () => {
      runs++;
      return produced({});
    });
  }
  return runs === 1;
}
