import { defineClientNetwork } from 'millrace/ratelimit';
import { authenticate, limitRate, shedLoad, userOf } from 'millrace/web';
import { forged, perNetwork, perUser, shedder, tokens, type User } from './guards.ts';

/** Next.js: `app/me/route.ts`. */

/** A web request does not say where it comes from; the proxy in front does. */
const network = defineClientNetwork({ trustedHops: 1 });

const shed = shedLoad({ shedder, priority: () => 'normal' });
const limitNetwork = limitRate({ limiter: perNetwork, network });
const authenticated = authenticate({ tokens, refusals: { limiter: forged, network } });
const limitUser = limitRate({ limiter: perUser, key: (request) => ['user', userOf<User>(request)!.id] });

/** Each guard answers, or lets the next one go on. */
export function GET(request: Request): Promise<Response> {
  const me = (): Response => Response.json(userOf<User>(request));
  return shed(request, () => limitNetwork(request, () => authenticated(request, () => limitUser(request, me))));
}
