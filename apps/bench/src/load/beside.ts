import { type Measurement, median } from '../measurement.ts';

/** What a client got through, and the processor time that it took. */
export interface PaidRun {
  readonly requests: number;
  readonly cpuSeconds: number;
}

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
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (['own', 'peer'] as const) : (['peer', 'own'] as const);
    const figures = { own: 0, peer: 0 };
    for (const client of order) figures[client] = perCpuSecond(await (client === 'own' ? own() : peer.run()));
    ratios.push(figures.own / figures.peer);
    peers.push(figures.peer);
  }
  return {
    ...{ goal, value: median(ratios), spread: [Math.min(...ratios), Math.max(...ratios)] },
    peer: { name: peer.name, version: peer.version, value: median(peers) },
  };
}

export function perCpuSecond({ requests, cpuSeconds }: PaidRun): number {
  return requests / cpuSeconds;
}
