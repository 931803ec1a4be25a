import { appendFileSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { LOAD_ERRORS } from '../errors.ts';

/** How an `https:` target is spoken to. Its certificate is verified unless `insecure` says otherwise. */
export interface TlsOptions {
  /** Certificates of the authorities to trust instead of those that Node trusts; PEM. */
  readonly ca?: string | readonly string[];
  /** Own certificate, for servers that ask for one; PEM, with its `key`. */
  readonly cert?: string;
  /** Private key of `cert`; PEM. */
  readonly key?: string;
  /** The name asked for by SNI and looked for in the certificate; default: the host of the target. */
  readonly servername?: string;
  /** Takes any certificate; default false. */
  readonly insecure?: boolean;
  /** Connections resume the session of one before them; default false: each pays for its handshake, as a new user's does. */
  readonly resumeSessions?: boolean;
  /** Default: Node's own bounds. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** A file that the keys of all connections are appended to, for debugging with Wireshark (`SSLKEYLOGFILE` format). */
  readonly keyLogFile?: string;
}

/** Who has the keys can read the connections. */
const KEY_LOG = { mode: 0o600 } as const;

/** Where a socket puts what it reads. */
export interface ReadTarget {
  readonly buffer: Uint8Array;
  readonly callback: (bytes: number) => boolean;
}

/** How a connection resolves a name: to the one address that `lookup` says. Nothing for addresses. */
export function resolvedBy(lookup: LookupFunction | undefined): {
  readonly lookup?: LookupFunction;
  readonly autoSelectFamily?: false;
} {
  return lookup === undefined ? {} : { lookup, autoSelectFamily: false };
}

/** Opens TLS connections for one host name: its certificates are parsed once, its sessions kept if so asked. */
export class SecureEndpoint {
  /** Connections that took a session up again. */
  resumed: number = 0;
  readonly #options: TlsOptions;
  readonly #name: string;
  readonly #context: SecureContext;
  #session: Buffer | undefined;

  /**
   * @param host as it stands in the target's URL, without brackets.
   * @throws MILLRACE_LOAD_OPTION_INVALID when certificates or key cannot be read
   */
  constructor(host: string, options: TlsOptions = {}) {
    this.#options = options;
    this.#name = options.servername ?? host;
    this.#context = toContext(options);
  }

  /** Who is trusted and asked for, as Node takes it. */
  get verification(): ConnectionOptions {
    const name = this.#name;
    return {
      secureContext: this.#context,
      servername: isIP(name) === 0 ? name : '',
      checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
      rejectUnauthorized: this.#options.insecure !== true,
    };
  }

  /** @param lookup resolves `host` where that is a name */
  connect(host: string, port: number, onread?: ReadTarget, lookup?: LookupFunction): TLSSocket {
    const { resumeSessions = false, keyLogFile } = this.#options;
    const socket = connect({
      host,
      port,
      // A buffer of one's own, as for plain sockets; absent from the types of `tls.connect`.
      ...(onread && { onread }),
      ...resolvedBy(lookup),
      ...this.verification,
      ALPNProtocols: ['http/1.1'],
      ...(this.#session && { session: this.#session }),
    });
    socket.setNoDelay(true);
    if (resumeSessions) this.#keepSessions(socket);
    if (keyLogFile !== undefined) socket.on('keylog', (line: Buffer) => appendFileSync(keyLogFile, line, KEY_LOG));
    return socket;
  }

  #keepSessions(socket: TLSSocket): void {
    socket.on('session', (session: Buffer) => {
      this.#session = session;
    });
    socket.once('secureConnect', () => {
      if (socket.isSessionReused()) this.resumed++;
    });
  }
}

function toContext({ ca, cert, key, minVersion, maxVersion }: TlsOptions): SecureContext {
  try {
    return createSecureContext({
      ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(minVersion && { minVersion }),
      ...(maxVersion && { maxVersion }),
    });
  } catch (cause) {
    const allowed = `certificates and key in PEM, versions that overlap (${(cause as Error).message})`;
    throw LOAD_ERRORS.create('MILLRACE_LOAD_OPTION_INVALID', { option: 'tls', value: 'not usable', allowed }, cause);
  }
}
