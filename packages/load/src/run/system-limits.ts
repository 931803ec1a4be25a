import { readdirSync, readFileSync } from 'node:fs';
import type { LoadResult, ServiceRemark } from '../result/index.ts';

/** What the system grants this process; undefined where it does not say (other systems than Linux). */
export interface SystemLimits {
  /** Files that may be opened besides those that are open (`ulimit -n`). */
  readonly freeFiles: number | undefined;
  /** Local ports for connections to one address and port. */
  readonly localPorts: number | undefined;
}

/** Files that the run opens besides its connections: its own modules, a journal, a name lookup. */
const SPARE_FILES = 16;

/** Reads them from `/proc`. */
export function readSystemLimits(): SystemLimits {
  const granted = /^Max open files +(\d+)/m.exec(read('/proc/self/limits'))?.[1];
  const [low, high] = read('/proc/sys/net/ipv4/ip_local_port_range').split(/\s+/).map(Number);
  return {
    freeFiles: granted === undefined ? undefined : Number(granted) - openFiles(),
    localPorts: low !== undefined && high !== undefined && high >= low ? high - low + 1 : undefined,
  };
}

/**
 * Whether the limits leave room for the connections of a run: what would otherwise show as EMFILE or EADDRNOTAVAIL
 * amid it, and make it invalid, is said beforehand.
 */
export function limitRemarks(
  { freeFiles, localPorts }: SystemLimits,
  connections: number,
  addresses: number,
): readonly ServiceRemark[] {
  const remarks: ServiceRemark[] = [];
  if (freeFiles !== undefined && connections + SPARE_FILES > freeFiles) {
    remarks.push({ code: 'few-files', values: { needed: connections + SPARE_FILES, limit: freeFiles } });
  }
  const ports = localPorts === undefined ? undefined : localPorts * Math.max(1, addresses);
  if (ports !== undefined && connections > ports) {
    remarks.push({ code: 'few-ports', values: { needed: connections, limit: ports } });
  }
  return remarks;
}

/** The result with these remarks before its own. */
export function withRemarks(result: LoadResult, remarks: readonly ServiceRemark[]): LoadResult {
  return remarks.length === 0 ? result : { ...result, remarks: [...remarks, ...result.remarks] };
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
