import { setTimeout as sleep } from 'node:timers/promises';
import { type LoadResult, runLoad } from '@millrace/load';
import { trialEnvironment } from '@millrace/reference/trial';
import { startService } from '../service-process.ts';
import type { Asked } from './asked.ts';
import { checkedMix } from './checked-mix.ts';
import { type DrillFigures, type Outage, toFigures } from './drill-figures.ts';
import type { FaultSpec } from './fault-specs.ts';
import { AUDITED, Ledger } from './ledger.ts';
import type { World } from './world.ts';

/** How long a drill lasts and how hard it drives. */
export interface DrillTiming {
  readonly ratePerSecond: number;
  readonly beforeMs: number;
  readonly outageMs: number;
  readonly afterMs: number;
}

/** Failures so long after the dependency accepts again are the outage's still: as long as the recovery may take. */
const MARGIN_MS = 1_000;
const PATIENCE_MS = 15_000;
/** Short, so that answers of the key service end while it is away. */
const ANSWER_TTL_S = 1;
/** What hangs during an outage must not keep other requests from being sent. */
const MAX_CONNECTIONS = 4_000;
const SEED = 11;

/** Drives one arm while `spec` happens, on a fresh database and a fresh process, and judges every answer. */
export async function runDrill(world: World, spec: FaultSpec, arm: string, timing: DrillTiming): Promise<DrillFigures> {
  const direct = durable(await world.trial.createDatabase(arm));
  const ledger = new Ledger();
  const asked: Asked[] = [];
  const outage = await underLoad(world, spec, arm, timing, direct, ledger, asked);
  await auditSignals(world, arm, direct, ledger, asked);
  const needs = spec.mix === 'trader' ? 'database' : 'upstream';
  return toFigures(asked, outage, { marginMs: MARGIN_MS, patienceMs: PATIENCE_MS, needs });
}

async function underLoad(
  world: World,
  spec: FaultSpec,
  arm: string,
  { ratePerSecond, beforeMs, outageMs, afterMs }: DrillTiming,
  direct: string,
  ledger: Ledger,
  asked: Asked[],
): Promise<Outage> {
  const durationMs = beforeMs + outageMs + afterMs;
  await using service = await startService({
    ...trialEnvironment(spec.direct ? direct : behind(world.database.port, direct), arm, world.trial.crs),
    CRS_URL: `http://127.0.0.1:${world.upstream.port}`,
    CRS_ANSWER_TTL: String(ANSWER_TTL_S),
  });
  const { expectations, strategyOf, tokenOf } = world;
  const parts = { expectations, ledger, strategyOf, tokenOf, record: (each: Asked) => void asked.push(each) };
  const load = runLoad({
    target: service.baseUrl,
    scenario: checkedMix(spec.mix, Math.ceil((ratePerSecond * durationMs) / 1_000), parts),
    arrivals: { kind: 'constant', ratePerSecond, durationMs },
    ...{ seed: SEED, timeoutMs: PATIENCE_MS, maxConnections: MAX_CONNECTIONS },
  });
  load.catch(() => {}); // Awaited below, after the fault is over.
  await sleep(beforeMs);
  const brokenAt = performance.now();
  try {
    await spec.begin(world);
    await sleep(brokenAt + outageMs - performance.now());
  } finally {
    await spec.end(world);
  }
  const acceptingAt = performance.now();
  refuseOwnFaults(await load);
  return { brokenAt, acceptingAt };
}

/** A generator that could not send, or a check that threw, would count as the service's failure. */
function refuseOwnFaults({ total }: LoadResult): void {
  const { client = 0, check = 0, unsent = 0 } = total.errors;
  if (client + check + unsent > 0) throw new Error(`the drill itself failed: ${JSON.stringify(total.errors)}`);
}

/** Holds what is stored against what was acknowledged, through a service that has nothing in memory. */
async function auditSignals(world: World, arm: string, direct: string, ledger: Ledger, asked: Asked[]): Promise<void> {
  const auditor = await world.trial.open(arm, { env: { DATABASE_URL: direct } });
  for (const userId of world.strategyOf.keys()) {
    const path = `/api/v1/signals?limit=${AUDITED}`;
    const headers = { authorization: `Bearer ${world.tokenOf.get(userId)}` };
    const askedAt = performance.now();
    const { statusCode: status, body } = await auditor.app.inject({ url: path, headers });
    const wrong = status === 200 ? ledger.audit(userId, JSON.parse(body).items) : `status ${status}: ${body}`;
    const audited = { kind: 'audit', needs: 'nothing', path, askedAt, answer: { at: askedAt, status } } as const;
    if (wrong !== undefined) asked.push({ ...audited, wrong });
  }
  await auditor.close();
}

/** A crash may not lose what was acknowledged, so commits wait for their log. */
function durable(url: string): string {
  const durableUrl = new URL(url);
  durableUrl.searchParams.set('options', '-c synchronous_commit=on');
  return durableUrl.href;
}

/** `url` through the proxy at `port`. */
function behind(port: number, url: string): string {
  const proxied = new URL(url);
  proxied.searchParams.delete('host');
  proxied.hostname = '127.0.0.1';
  proxied.port = String(port);
  return proxied.href;
}
