import { arch, availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';

/** Where the figures were taken. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
}

/**
 * Describes the machine that this process runs on.
 * @example
 * const { cpu, cores } = describeMachine();
 */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${osType()} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''} ${arch()}`,
    node: process.version,
  };
}
