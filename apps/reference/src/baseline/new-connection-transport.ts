import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Counters } from '../counters.ts';
import { unanswered } from '../crs.ts';
import { UPSTREAM_TIMEOUT_MS, type UpstreamAnswer, type UpstreamCall, type UpstreamTransport } from '../ports/index.ts';

/** Opens a connection for each call and closes it behind the answer. */
export function createNewConnectionTransport(
  baseUrl: string,
  counters: Counters,
  timeoutMs = UPSTREAM_TIMEOUT_MS,
): UpstreamTransport {
  const agent = new Agent({ keepAlive: false });
  const send = ({ method, path, headers, body }: UpstreamCall): Promise<UpstreamAnswer> =>
    new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const fail = (error: Error): void => reject(signal.aborted ? signal.reason : error);
      const call = request(new URL(path, baseUrl), { method, headers, agent, signal }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), fail);
      });
      call.once('socket', (socket) => socket.once('connect', () => counters.add('upstreamConnects')));
      call.once('error', fail);
      call.end(body);
    });
  return {
    send(call) {
      counters.add('upstreamCalls');
      return send(call).catch((error: unknown) => {
        throw unanswered(error);
      });
    },
    async close() {
      agent.destroy();
    },
  };
}
