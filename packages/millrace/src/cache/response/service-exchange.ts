/** One header's value, or its values where it may stand several times. */
export type HeaderValue = string | readonly string[];

/** Headers of an answer, by name in small letters. */
export type ResponseHeaders = ReadonlyMap<string, HeaderValue>;

/** A request, whatever framework received it. */
export interface ServiceRequest {
  readonly method: string;
  /** Scheme and authority as the framework trusts them, e.g. `https://shop.example`. */
  readonly origin: string;
  /** The path as it was sent, without the query. */
  readonly path: string;
  /** The query as it was sent, without the `?`; '' when there is none. */
  readonly query: string;
  /** The pattern of the route, e.g. `/products/:id`, where the framework tells. */
  readonly route?: string | undefined;
  /** What stands for the names of the pattern. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /** What else chose the handler beside the address, e.g. a version that was asked for. */
  readonly variant?: string | undefined;
  /**
   * Who asks, as far as the framework knows it now: anything but undefined and null makes the request an authorised one.
   * It is read again when the handler has answered, for what comes behind the cache may have found out only then.
   */
  readonly identity?: unknown;
  /** A header's value by its name in small letters; several are joined by commas. */
  header(name: string): string | undefined;
}

/** An answer that is whole. */
export interface ServiceResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Text, bytes, or null when there is nothing. */
  readonly body: string | Uint8Array | null;
}

/** What a handler made. */
export interface Produced {
  /** Undefined: it is streamed, and its bytes have not been seen. */
  readonly response: ServiceResponse | undefined;
  /** What stood in the answer before the handler began: that belongs to the request, not to the answer. */
  readonly before: ResponseHeaders;
}

/** What is to be sent. */
export interface Reply {
  /** Undefined: the handler's own answer goes out as it is. When the handler has not been asked, it is to go on. */
  readonly response: ServiceResponse | undefined;
  /** A `Cache-Status` for the handler's own answer, if one is wanted. */
  readonly cacheStatus: string | undefined;
}

/** The text of a header, or undefined. */
export function headerText(headers: ResponseHeaders, name: string): string | undefined {
  const value = headers.get(name);
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}
