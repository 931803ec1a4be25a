import { connect } from 'node:net';
import { Histogram } from 'millrace/core';

/**
 * What the machine leaves to a generator, in a fresh process: `bare-pace.ts RATE MILLISECONDS [PORT]`. A loop that only
 * turns until each of its arrivals is due, and with a port writes one byte then and reads the answer. Prints the P99 of its
 * lateness, and what its P99 of response time is above that of the times that the server says; in microseconds.
 */
const CONNECTIONS = 256;
/** Between two turns, as the load tester's own pacer does. */
const WATCH_MS = 0.005;
const [rate = '', durationMs = '', port] = process.argv.slice(2);
const stepMs = 1_000 / Number(rate);
const planned = Math.round(Number(durationMs) / stepMs);

const lags = new Histogram();
const times = new Histogram();
const held = new Histogram();
const free: { write(text: string): unknown; dueAt: number }[] = [];
let answered = 0;

function openConnection(): void {
  const buffer = Buffer.alloc(64);
  const callback = (bytes: number): boolean => {
    times.record((performance.now() - connection.dueAt) * 1_000);
    held.record(Number(buffer.toString('latin1', 0, bytes)));
    answered++;
    free.push(connection);
    return true;
  };
  const socket = connect({ ...{ port: Number(port), host: '127.0.0.1', noDelay: true }, onread: { buffer, callback } });
  const connection = { write: (text: string) => socket.write(text), dueAt: 0 };
  socket.once('connect', () => {
    free.push(connection);
    if (free.length === CONNECTIONS) run();
  });
}

function run(): void {
  const startAt = performance.now() + 10;
  let next = 0;
  const turn = (): void => {
    const until = performance.now() + WATCH_MS;
    for (let now = performance.now(); now < until; now = performance.now()) {
      if (next === planned || startAt + next * stepMs > now) continue;
      send(startAt + next++ * stepMs, now);
    }
    if (next === planned && (port === undefined || answered === planned)) tell();
    else setImmediate(turn);
  };
  turn();
}

function send(dueAt: number, now: number): void {
  lags.record((now - dueAt) * 1_000);
  if (port === undefined) return;
  const connection = free.shift();
  if (connection === undefined) throw new Error(`more than ${CONNECTIONS} answers are awaited`);
  connection.dueAt = dueAt;
  connection.write('?');
}

function tell(): void {
  const aboveUs = port === undefined ? 0 : times.percentile(99) - held.percentile(99);
  console.log(JSON.stringify({ lagUs: lags.percentile(99), aboveUs }));
  process.exit(0);
}

if (port === undefined) run();
else for (let i = 0; i < CONNECTIONS; i++) openConnection();
