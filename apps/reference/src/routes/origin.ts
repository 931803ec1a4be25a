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

/** By its prefix a browser takes it over TLS alone, and from no other host. */
const DEVICE_COOKIE = '__Host-device';
const DEVICE_MAX_AGE_S = 90 * 86_400;
const DEVICE = new RegExp(`(?:^|; ?)${DEVICE_COOKIE}=([\\w.-]{1,200})(?:;|$)`);

/** What an earlier login gave this browser to be known by. */
export function deviceOf({ headers }: FastifyRequest): string | undefined {
  return DEVICE.exec(headers.cookie ?? '')?.[1];
}

/** A `Set-Cookie` that a browser hands back at its next logins, and shows to no script. */
export function deviceCookie(device: string): string {
  return `${DEVICE_COOKIE}=${device}; Path=/; Max-Age=${DEVICE_MAX_AGE_S}; Secure; HttpOnly; SameSite=Strict`;
}

function oneText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'object' ? header.join(',') : header;
}
