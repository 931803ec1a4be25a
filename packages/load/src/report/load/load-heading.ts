import type { LoadResult } from '../../result/index.ts';
import { fillTemplate } from '../template.ts';
import type { LoadStyle } from './load-style.ts';

/** What was sent, for how long, and in which shape. */
export function scheduleLine(result: LoadResult, style: LoadStyle): string {
  const { arrivals, seed } = result;
  const { texts, format } = style;
  const seconds = format.quantity(arrivals.durationMs / 1000);
  const sent =
    arrivals.kind === 'closed'
      ? fillTemplate(texts.load.closed, { seconds, seed: String(seed) }, format)
      : texts.sentAt(format.quantity(arrivals.targetPerSecond), seconds, seed);
  return [
    sent,
    texts.load.shapes[arrivals.kind],
    ...throughput(result, style),
    ...(arrivals.poisson ? [texts.load.poisson] : []),
    ...setupParts(result, style),
  ].join(' · ');
}

/** Users, connections and threads, and what is not as usual; nothing where the result does not say. */
function setupParts({ setup }: LoadResult, { texts, format }: LoadStyle): string[] {
  if (setup === undefined) return [];
  const { users, connections, workers, engine, pacing, readBytesPerSecond, dns } = setup;
  const words = texts.load.setup;
  return [
    ...(users === undefined ? [] : [fillTemplate(words.users, { users }, format)]),
    fillTemplate(words.connections, { connections }, format),
    fillTemplate(words.workers, { workers }, format),
    ...(engine === 'compat' ? [words.compat] : []),
    ...(pacing === 'precise' ? [words.precise] : []),
    ...(readBytesPerSecond === undefined
      ? []
      : [fillTemplate(words.slowReader, { bytes: readBytesPerSecond }, format)]),
    ...(dns === 'connect' ? [words.dnsConnect] : []),
    ...(typeof dns === 'object' ? [fillTemplate(words.dnsTtl, { seconds: dns.ttlMs / 1_000 }, format)] : []),
  ];
}

/** What a run without a rate is made for, however short it was; of an interrupted one the time is not known. */
function throughput({ arrivals, interrupted, total }: LoadResult, { texts, format }: LoadStyle): string[] {
  if (arrivals.kind !== 'closed' || interrupted) return [];
  const perSecond = format.quantity((total.okInTime ?? total.ok) / (arrivals.durationMs / 1000));
  return [fillTemplate(texts.load.throughput, { perSecond }, format)];
}

/** Answers by status, a line for each step that has any. */
export function statusCells({ steps }: LoadResult, { texts, format }: LoadStyle): string[][] {
  return Object.entries(steps).flatMap(([name, { statuses }]) => {
    const counts = Object.entries(statuses).map(([status, count]) => `${status} × ${format.count(count)}`);
    return counts.length === 0 ? [] : [[name, counts.join(texts.marks.comma)]];
  });
}
