import type { LoadResult } from '../../result/index.ts';
import { fillTemplate } from '../template.ts';
import type { LoadStyle } from './load-style.ts';

/** What was sent, for how long, and in which shape. */
export function scheduleLine({ arrivals, seed }: LoadResult, { texts, format }: LoadStyle): string {
  const seconds = format.quantity(arrivals.durationMs / 1000);
  const sent =
    arrivals.kind === 'closed'
      ? fillTemplate(texts.load.closed, { seconds, seed: String(seed) }, format)
      : texts.sentAt(format.quantity(arrivals.targetPerSecond), seconds, seed);
  return [sent, texts.load.shapes[arrivals.kind], ...(arrivals.poisson ? [texts.load.poisson] : [])].join(' · ');
}

/** Answers by status, a line for each step that has any. */
export function statusCells({ steps }: LoadResult, { texts, format }: LoadStyle): string[][] {
  return Object.entries(steps).flatMap(([name, { statuses }]) => {
    const counts = Object.entries(statuses).map(([status, count]) => `${status} × ${format.count(count)}`);
    return counts.length === 0 ? [] : [[name, counts.join(texts.marks.comma)]];
  });
}
