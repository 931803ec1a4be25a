import { readFileSync } from 'node:fs';

/** What a part of a process's life cost it. */
export interface Cost {
  /** Processor time of the whole process, so that the collector's and the compiler's threads count. */
  readonly cpuSeconds: number;
  /** Share of the time that its main thread had something to do and no core to do it on; 0 where Linux does not tell. */
  readonly waitedShare: number;
}

/** Counts from now on; what it gives counts until then. */
export function countCost(): () => Cost {
  const beganCpu = process.cpuUsage();
  const beganWait = waitedNs();
  const began = process.hrtime.bigint();
  return () => {
    const { user, system } = process.cpuUsage(beganCpu);
    const elapsedNs = Number(process.hrtime.bigint() - began);
    return { cpuSeconds: (user + system) / 1e6, waitedShare: (waitedNs() - beganWait) / elapsedNs };
  };
}

/** How long the main thread has waited for a core since its start. */
function waitedNs(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]);
  } catch {
    return 0;
  }
}
