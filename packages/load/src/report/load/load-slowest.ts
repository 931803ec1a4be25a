import { isSlower, type LoadResult, SLOWEST_KEPT, type SlowRequest } from '../../result/index.ts';
import type { LoadStyle } from './load-style.ts';

/** The slowest requests of each row, as far as they went out with a trace; no lines where none did. */
export function slowLines({ steps }: LoadResult, style: LoadStyle): string[][] {
  return Object.entries(steps).flatMap(([name, { slowest = [] }]) => slowest.map((one) => cellsOf(name, one, style)));
}

/** The slowest of all rows. */
export function slowestLines({ steps }: LoadResult, style: LoadStyle): string[][] {
  const all = Object.entries(steps).flatMap(([name, { slowest = [] }]) => slowest.map((one) => ({ name, one })));
  const first = all.toSorted((a, b) => (isSlower(a.one, b.one) ? -1 : 1)).slice(0, SLOWEST_KEPT);
  return first.map(({ name, one }) => cellsOf(name, one, style));
}

/** Above either. */
export function slowHeader({ texts }: LoadStyle): string[] {
  const { response, slow } = texts.load;
  return [texts.words.request, response, slow.service, slow.start, slow.answer, slow.trace];
}

function cellsOf(name: string, one: SlowRequest, { format }: LoadStyle): string[] {
  const { responseUs, serviceUs, startMs, status, error = '', traceId } = one;
  const times = [responseUs, serviceUs].map((us) => format.quantity(us / 1_000));
  return [name, ...times, format.quantity(startMs / 1_000), status === undefined ? error : String(status), traceId];
}
