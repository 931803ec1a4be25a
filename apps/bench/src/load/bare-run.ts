import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { countCost } from './cost.ts';

/**
 * One closed run of Node's own TLS sockets in a fresh process: `bare-run.ts URL MILLISECONDS CERTIFICATE`. It parses
 * nothing and takes every so many bytes for an answer: no client on these sockets can be faster.
 */
const CONNECTIONS = 64;
const ANSWER_BYTES = Buffer.byteLength('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok');
const [target = '', durationMs = '', certFile = ''] = process.argv.slice(2);
const { hostname, port, host } = new URL(target);
const request = Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
const buffer = Buffer.alloc(64 * 1_024);
const ca = readFileSync(certFile, 'utf8');

let answers = 0;
let waiting = CONNECTIONS;
let cost = countCost();
let ends = Number.POSITIVE_INFINITY;

function countAnswer(): void {
  answers++;
  if ((answers & 63) !== 0 || performance.now() < ends) return;
  console.log(JSON.stringify({ requests: answers, ...cost() }));
  process.exit(0);
}

function open(): { write(bytes: Buffer): unknown } {
  let arrived = 0;
  const callback = (bytes: number): boolean => {
    for (arrived += bytes; arrived >= ANSWER_BYTES; arrived -= ANSWER_BYTES) {
      countAnswer();
      socket.write(request);
    }
    return true;
  };
  // The types of tls.connect leave out what it passes on to the socket.
  const options = { ...{ host: hostname, port: Number(port), ca }, onread: { buffer, callback } };
  const socket = connect(options, () => {
    waiting--;
    if (waiting > 0) return;
    cost = countCost();
    ends = performance.now() + Number(durationMs);
    for (const each of sockets) each.write(request);
  });
  socket.setNoDelay(true);
  return socket;
}

const sockets = Array.from({ length: CONNECTIONS }, open);
