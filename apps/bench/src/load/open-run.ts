import { createWebSocketClient } from '@millrace/load/websocket';
import { settledMemory } from './settled-memory.ts';

/**
 * Opens many WebSockets and keeps them: `open-run.ts URL COUNT`. Prints how long all of them took, and what each after
 * the first added to its memory; the first 500 also paid for the code.
 */
/** Fewer at a time than the server lets wait to be accepted. */
const OPENING_AT_ONCE = 128;
const FIRST = 500;
const [url = '', countText = ''] = process.argv.slice(2);
const count = Number(countText);
const client = createWebSocketClient({ url, maxConnections: count });
const began = performance.now();
let started = 0;
let opened = 0;
let firstBytes = 0;

function openNext(): void {
  if (started === count) return;
  started++;
  client.open({ opened: countOpened, message: () => {}, closed: (_socket, { code }) => fail(code) });
}

function countOpened(): void {
  opened++;
  if (opened === FIRST) firstBytes = settledMemory();
  if (opened < count) {
    openNext();
    return;
  }
  const seconds = (performance.now() - began) / 1_000;
  const bytesEach = (settledMemory() - firstBytes) / (count - FIRST);
  console.log(JSON.stringify({ seconds, bytesEach }));
  process.exit(0);
}

function fail(code: number): never {
  throw new Error(`a connection ended with code ${code} while ${opened} were open`);
}

for (let i = 0; i < OPENING_AT_ONCE; i++) openNext();
