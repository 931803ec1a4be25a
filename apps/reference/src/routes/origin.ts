import type { FastifyRequest } from 'fastify';
import type { Origin } from '../ports/index.ts';

/** What the limits know a request by. */
export function originOf({ headers, socket }: FastifyRequest): Origin {
  return {
    peer: socket.remoteAddress,
    forwarded: oneText(headers['x-forwarded-for']),
    exemption: oneText(headers['millrace-exemption']),
  };
}

function oneText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'object' ? header.join(',') : header;
}
