import { stayOn } from './affinity.ts';

/** Keeps one core busy: `hog.ts CORE`. Ends with its standard input. */
const SPIN_MS = 50;
await stayOn(process.argv[2] ?? '');

function spin(): void {
  const end = performance.now() + SPIN_MS;
  while (performance.now() < end);
  setImmediate(spin);
}

console.log(JSON.stringify({ busy: true }));
process.stdin.on('end', () => process.exit(0)).resume();
spin();
