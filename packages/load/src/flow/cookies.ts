import { CookieJar } from 'tough-cookie';

/** The cookies of one user (RFC 6265). The jar is made when the first cookie comes. */
export class Cookies {
  readonly #origin: string;
  readonly #wallNow: () => number;
  #jar: CookieJar | undefined;

  /** @param origin of the target, `http://host:port` */
  constructor(origin: string, wallNow: () => number) {
    this.#origin = origin;
    this.#wallNow = wallNow;
  }

  /** Takes in the Set-Cookie fields of an answer from `path`. What a browser would refuse is passed over. */
  take(setCookies: readonly string[], path: string): void {
    this.#jar ??= new CookieJar();
    const now = new Date(this.#wallNow());
    for (const each of setCookies) this.#jar.setCookieSync(each, this.#origin + path, { now, ignoreError: true });
  }

  /** The Cookie field for a request to `path`; undefined for none. */
  header(path: string): string | undefined {
    return this.#jar?.getCookieStringSync(this.#origin + path) || undefined;
  }

  /** The value of the cookie that a request to `path` would carry. */
  get(name: string, path: string): string | undefined {
    return this.#jar?.getCookiesSync(this.#origin + path).find((cookie) => cookie.key === name)?.value;
  }

  /** Forgets them all. */
  clear(): void {
    this.#jar = undefined;
  }
}
