import { type Context, Hono } from 'hono';
import { authenticate, limitRate, shedLoad } from 'millrace/hono';
import { forged, greet, perNetwork, perUser, port, shedder, tokens, type User } from './guards.ts';
import { serveFetch } from './serve-fetch.ts';

type Env = { Variables: { user: User } };

const app = new Hono<Env>();
app.use(shedLoad({ shedder, priority: ({ req }) => (req.path === '/health' ? 'critical' : 'normal') }));
app.get('/health', (context) => context.json({ status: 'ok' }));

app.use(limitRate({ limiter: perNetwork }));
app.use(authenticate({ tokens, refusals: { limiter: forged } }));
app.use(limitRate({ limiter: perUser, key: (context: Context<Env>) => ['user', context.get('user').id] }));
app.get('/me', (context) => context.json(context.get('user')));

// Or `serve` of the package @hono/node-server.
greet(await serveFetch((request, env) => app.fetch(request, env), port));
