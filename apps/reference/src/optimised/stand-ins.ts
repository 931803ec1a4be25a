import { hash, verify } from '@node-rs/bcrypt';

// Holds the place of millrace/auth until it is there.
export interface HashGateOptions {
  readonly threads: number;
  readonly maxQueue: number;
  readonly deadlineMs: number;
}

export function createHashGate(_options: HashGateOptions) {
  return {
    verify: (password: string, stored: string): Promise<boolean> => verify(password, stored),
    hash: (password: string, cost: number): Promise<string> => hash(password, { cost }),
    close(): void {},
  };
}

interface Subject {
  readonly sub: string;
  readonly jti: string;
}

export function createTokenCheck<Identity>(options: {
  verify(token: string): Subject;
  loadIdentity(claims: Subject): Promise<Identity | undefined>;
}) {
  const known = new Map<string, { readonly subject: string; readonly identity: Identity }>();
  return {
    check(token: string): Identity | Promise<Identity> {
      const claims = options.verify(token);
      const hit = known.get(token);
      if (hit) return hit.identity;
      return options.loadIdentity(claims).then((identity) => {
        if (!identity) throw new Error('no identity');
        known.set(token, { subject: claims.sub, identity });
        return identity;
      });
    },
    revoke: (token: string): void => void known.delete(token),
    revokeSubject(subject: string): void {
      for (const [token, entry] of known) if (entry.subject === subject) known.delete(token);
    },
    close(): void {},
  };
}
