import { type Measurement, median } from '../measurement.ts';

/** What a client got through, and the processor time that it took. */
export interface PaidRun {
  readonly requests: number;
  readonly cpuSeconds: number;
  /** Share of the time that it could have run and had no core, where that is known. */
  readonly waitedShare?: number;
}

/** A client that waits for a core finds more answers when it gets one, which makes each cheaper, and not for all alike. */
const MOST_WAITED = 0.2;

/** A client to be measured beside. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly run: () => Promise<PaidRun>;
}

/** Requests per CPU-second ÷ those of the peer: each round has both, and the next begins with the other. */
export async function measureBeside(
  goal: string,
  rounds: number,
  own: () => Promise<PaidRun>,
  peer: Peer,
): Promise<Measurement> {
  const ratios: number[] = [];
  const peers: number[] = [];
  const runs: PaidRun[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (['own', 'peer'] as const) : (['peer', 'own'] as const);
    const figures = { own: 0, peer: 0 };
    for (const client of order) {
      const paid = await (client === 'own' ? own() : peer.run());
      figures[client] = perCpuSecond(paid);
      runs.push(paid);
    }
    ratios.push(figures.own / figures.peer);
    peers.push(figures.peer);
  }
  return {
    ...{ goal, value: median(ratios), spread: [Math.min(...ratios), Math.max(...ratios)] },
    peer: { name: peer.name, version: peer.version, value: median(peers) },
    ...starved(runs),
  };
}

/** What is said beside a price when other work had the cores. */
export function starved(runs: readonly PaidRun[]): Pick<Measurement, 'invalid'> {
  const most = Math.max(...runs.map(({ waitedShare = 0 }) => waitedShare));
  if (most <= MOST_WAITED) return {};
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  return { invalid: `a client waited for a core ${percent(most)} of its time (bound ${percent(MOST_WAITED)})` };
}

export function perCpuSecond({ requests, cpuSeconds }: PaidRun): number {
  return requests / cpuSeconds;
}
