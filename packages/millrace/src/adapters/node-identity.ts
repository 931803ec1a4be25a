/** Where middleware of Node's frameworks notes who asks. */
interface Known {
  readonly user?: unknown;
  /** Claims of a token. */
  readonly auth?: unknown;
  readonly session?: unknown;
  readonly socket?: { readonly authorized?: boolean; readonly authorizationError?: unknown };
}

/**
 * Who asks, or undefined. A session that says nothing yet counts too: its first answer may be made for it (a form with its
 * token), while its cookie is set past the cache. So does a connection on which a certificate was asked for.
 */
export function identityOf(request: object): unknown {
  const { user, auth, session, socket } = request as Known;
  const isCertified = socket?.authorized === true || (socket?.authorizationError ?? undefined) !== undefined;
  return user ?? auth ?? session ?? (isCertified ? socket : undefined);
}
