/** Who asks, and what lifts the service's limits for the run: a few users ask as often as thousands. */
export interface Holder {
  readonly token: string;
  readonly exemption?: string | undefined;
}

/** The headers of whoever holds a token. */
export function authorised({ token, exemption }: Holder): Record<string, string> {
  return { authorization: `Bearer ${token}`, ...exempt({ exemption }) };
}

/** The headers of whoever holds none. */
export function exempt({ exemption }: Pick<Holder, 'exemption'>): Record<string, string> {
  return exemption === undefined ? {} : { 'millrace-exemption': exemption };
}
