import { readFile } from 'node:fs/promises';
import { startTrial, type Trial, trialBearer, trialEnvironment } from '@millrace/reference/trial';
import { type Measurement, overRounds } from './measurement.ts';
import { type ServiceProcess, startService } from './service-process.ts';

/** The user with a fifth of all calls: 40,000 of them in the small profile. */
const WHALE = 1;
const PATH = '/api/v1/stats/usage/export';
const ROWS = 20_000;
const WARM_UP = { exports: 20, rows: 500 } as const;
const EXPORTS = 10;
const SAMPLE_MS = 2;
const MEGABYTE = 1_000_000;
const ARMS = { '': 'optimised', '.buffered': 'export.buffered' } as const;

interface ExportRound {
  readonly growthMb: number;
  readonly firstByteMs: number;
}

/** An export of 20,000 rows: how much the process grows by the first of them, and the slowest first byte of ten. */
export async function measureExport(rounds: number): Promise<readonly Measurement[]> {
  if (process.platform !== 'linux') return Object.keys(ARMS).flatMap(skippedElsewhere);
  await using trial = await startTrial('small');
  const measurements: Measurement[] = [];
  for (const [suffix, switches] of Object.entries(ARMS)) {
    const measured: ExportRound[] = [];
    for (let round = 0; round < rounds; round++) measured.push(await measureRound(trial, switches));
    measurements.push(
      overRounds(
        `reference.export.rss${suffix}`,
        measured.map(({ growthMb }) => growthMb),
      ),
      overRounds(
        `reference.export.first-byte${suffix}`,
        measured.map(({ firstByteMs }) => firstByteMs),
      ),
    );
  }
  return measurements;
}

/** A process that has warmed up by small exports, so that what grows is what a large one takes. */
async function measureRound(trial: Trial, switches: string): Promise<ExportRound> {
  const env = trialEnvironment(await trial.createDatabase(switches), switches, trial.crs);
  await using service = await startService(env);
  for (let warm = 0; warm < WARM_UP.exports; warm++) await takeExport(service, WARM_UP.rows);
  const before = await residentBytes(service.pid);
  const peak = await peakWhile(service.pid, () => takeExport(service, ROWS));
  const firstBytes: number[] = [];
  for (let time = 0; time < EXPORTS; time++) firstBytes.push(await takeExport(service, ROWS));
  return { growthMb: Math.max(0, peak - before) / MEGABYTE, firstByteMs: Math.max(...firstBytes) };
}

/** Reads a whole export and answers how long its first byte took. */
async function takeExport({ baseUrl }: ServiceProcess, rows: number): Promise<number> {
  const startedAt = performance.now();
  const headers = { authorization: `Bearer ${trialBearer(WHALE)}` };
  const answer = await fetch(`${baseUrl}${PATH}?limit=${rows}`, { headers });
  if (answer.status !== 200 || answer.body === null) throw new Error(`the export answered ${answer.status}`);
  let firstByteMs: number | undefined;
  let lines = 0;
  for await (const chunk of answer.body) {
    firstByteMs ??= performance.now() - startedAt;
    for (const byte of chunk) if (byte === 0x0a) lines++;
  }
  if (firstByteMs === undefined || lines !== rows + 1) throw new Error(`the export had ${lines} lines`);
  return firstByteMs;
}

/** The most resident memory seen while `work` runs. */
async function peakWhile(pid: number, work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  let sampling = true;
  const sampled = (async () => {
    while (sampling) {
      peak = Math.max(peak, await residentBytes(pid));
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  try {
    await work();
  } finally {
    sampling = false;
    await sampled;
  }
  return Math.max(peak, await residentBytes(pid));
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

function skippedElsewhere(suffix: string): Measurement[] {
  return ['rss', 'first-byte'].map((name) => ({
    goal: `reference.export.${name}${suffix}`,
    value: null,
    spread: null,
    skipped: `resident memory is read from /proc, which ${process.platform} lacks`,
  }));
}
