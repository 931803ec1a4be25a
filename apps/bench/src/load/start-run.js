import process from 'node:process';
import { defineScenario, runClosed } from '@millrace/load';

/**
 * Sends one request in a fresh process: `start-run.js URL`. Prints the resident memory after it. JavaScript, as what
 * it imports is: what strips types takes memory of its own.
 */
const [target = ''] = process.argv.slice(2);
const scenario = defineScenario({
  name: 'one GET',
  users: 1,
  createUser: () => null,
  steps: [{ name: 'get', weight: 1, build: () => ({ method: 'GET', path: '/' }) }],
});
const { total } = await runClosed({ target, scenario, durationMs: 10_000, requests: 1, maxConnections: 1, seed: 1 });
if (total.ok !== 1) throw new Error('the request failed');
console.log(JSON.stringify({ bytes: process.memoryUsage.rss() }));
