const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * Values as a line of blocks, from 0 to the largest of them; where there are more values than cells, each cell shows the
 * largest of its own, so that no peak is lost.
 * @param cells most characters
 */
export function sparkline(values: readonly number[], cells: number): string {
  const shown = groupsOf(values, cells).map((group) => Math.max(0, ...group.filter(Number.isFinite)));
  const largest = Math.max(0, ...shown);
  if (largest === 0) return BLOCKS[0].repeat(shown.length);
  return shown.map((value) => BLOCKS[Math.round((value / largest) * (BLOCKS.length - 1))] ?? BLOCKS[0]).join('');
}

/** Neighbouring values in at most so many groups, as even as can be. */
export function groupsOf<Value>(values: readonly Value[], most: number): Value[][] {
  const groups = Math.min(values.length, Math.max(1, Math.floor(most)));
  const edge = (group: number): number => Math.floor((group * values.length) / groups);
  return Array.from({ length: groups }, (_, group) => values.slice(edge(group), edge(group + 1)));
}
