import { greet, port } from './guards.ts';
import { GET } from './route.ts';
import { serveFetch } from './serve-fetch.ts';

/** Serves the route handlers without Next.js. */

function answer(request: Request): Response | Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/health') return Response.json({ status: 'ok' });
  return pathname === '/me' ? GET(request) : new Response(null, { status: 404 });
}

greet(await serveFetch(answer, port));
