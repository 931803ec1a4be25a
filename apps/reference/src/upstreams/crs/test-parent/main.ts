import { startCrs } from '../crs-process.ts';

// Started by a test, which kills it. With `early` it speaks before the start instead of after.
if (process.argv[2] === 'early') process.stdout.write('starting\n');
const { pid, url } = await startCrs({ latencyScale: 0 });
process.stdout.write(`${JSON.stringify({ pid, url })}\n`);
