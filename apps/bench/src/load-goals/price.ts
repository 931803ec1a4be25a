import type { LoadGoal } from '../load-goals.ts';
import { atLeast, atMost } from '../target.ts';

/** What a request costs the load tester, beside its peers. */
export const PRICE: readonly LoadGoal[] = [
  {
    id: 'http.cpu',
    what: 'keep-alive GET by the library in one thread, timeouts and every clock and window on, requests per CPU-second ÷ wrk',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(0.9),
  },
  {
    id: 'http.autocannon',
    what: 'keep-alive GET by the library in one thread, requests per CPU-second ÷ autocannon',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(1.7),
  },
  {
    id: 'http.hey',
    what: 'keep-alive GET by the library in one thread, requests per CPU-second ÷ hey',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(2.5),
  },
  {
    id: 'tls.cpu',
    what: 'keep-alive GET by the library in one thread over TLS (RSA-2048), certificate verified, requests per CPU-second ÷ wrk, which does not verify',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(0.85),
  },
  {
    id: 'tls.bare',
    what: "the same requests per CPU-second ÷ a client of Node's TLS sockets that parses nothing",
    unit: 'ratio',
    tier: 'quick',
    target: null,
  },
  {
    id: 'scripted.cpu',
    what: 'scripted users by the library in one thread (login, token, three weighted calls, CSV, JSON check), requests per CPU-second',
    unit: '1/s',
    tier: 'quick',
    target: atLeast(45_000),
  },
  {
    id: 'websocket.cpu',
    what: 'WebSocket echoes of 32 bytes, round trips per CPU-second ÷ ws',
    unit: 'ratio',
    tier: 'quick',
    target: atLeast(1.4),
  },
  {
    id: 'websocket.bare',
    what: "the same round trips per CPU-second ÷ a client of Node's sockets that parses nothing",
    unit: 'ratio',
    tier: 'quick',
    target: null,
  },
  {
    id: 'histogram.record',
    what: 'one histogram record, processor time',
    unit: 'ns',
    tier: 'quick',
    target: atMost(6),
  },
];
