import { type IncomingMessage, request } from 'node:http';
import { defineExemptions } from 'millrace/ratelimit';

export const EXEMPTION_KEY = 'lk3Jv9-Qm2xTz7Rb0pWc8sYd5uNf1hGa';
export const EXEMPTION = 'millrace-exemption';
const ELSEWHERE = '203.0.113.9';

type Headers = Readonly<Record<string, string | string[]>>;

/** What a client says that wants to be taken for another, or for nobody whom a limit is for. */
export const SPOOFED_HEADERS: readonly Headers[] = [
  { 'x-forwarded-for': ELSEWHERE },
  { 'x-forwarded-for': [ELSEWHERE, '127.0.0.1'] },
  { 'x-forwarded-for': `${ELSEWHERE}, 10.0.0.1` },
  { 'X-FORWARDED-FOR': ELSEWHERE },
  { 'x-forwarded': `for=${ELSEWHERE}` },
  { forwarded: `for=${ELSEWHERE}` },
  { forwarded: `for="[2001:db8::9]";proto=https` },
  { 'forwarded-for': ELSEWHERE },
  { 'x-real-ip': ELSEWHERE },
  { 'x-client-ip': ELSEWHERE },
  { 'client-ip': ELSEWHERE },
  { 'true-client-ip': ELSEWHERE },
  { 'cf-connecting-ip': ELSEWHERE },
  { 'fastly-client-ip': ELSEWHERE },
  { 'x-cluster-client-ip': ELSEWHERE },
  { 'x-original-forwarded-for': ELSEWHERE },
  { 'x-envoy-external-address': ELSEWHERE },
  { via: `1.1 ${ELSEWHERE}` },
  { host: ELSEWHERE },
  { [EXEMPTION]: '1' },
  { [EXEMPTION]: 'true' },
  { [EXEMPTION]: exemption({ key: 'a9Zx-1Qw8Er3Ty7Ui2Op6As4Df5Gh0Jk' }) },
  { [EXEMPTION]: exemption({ limiters: ['read'] }) },
  { [EXEMPTION]: exemption({}).slice(0, -1) },
  { [EXEMPTION]: [exemption({}), exemption({})] },
  { 'x-millrace-exemption': exemption({}) },
];

export function exemption({ key = EXEMPTION_KEY, limiters }: { key?: string; limiters?: readonly string[] }): string {
  return defineExemptions({ keys: [key] }).issue('test', { lifeMs: 60_000, ...(limiters && { limiters }) });
}

/** The status of a login whose body is refused: it counts for its network, and costs no hash. */
export async function enterBy(url: string, headers: Headers = {}): Promise<number | undefined> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    request(`${url}/api/v1/auth/token`, options, resolve).once('error', reject).end('{}');
  });
  answer.resume();
  return answer.statusCode;
}
