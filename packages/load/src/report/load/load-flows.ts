import type { LoadResult } from '../../result/index.ts';
import type { LoadStyle } from './load-style.ts';
import { flowLines, timeHeader } from './load-times.ts';

/** A table about flows: what it is called, its header, its lines. Names come first. */
export interface FlowTable {
  readonly heading: string;
  readonly header: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** Flows, groups, checks and reasons of a scripted scenario; none for a scenario of steps, nor for what it lacks. */
export function flowTables({ flows, groups, checks }: LoadResult, style: LoadStyle): FlowTable[] {
  const { texts, format } = style;
  const words = texts.load.flows;
  const [, ...times] = timeHeader(style);
  const header = ['', words.iterations, ...times.slice(0, -1), words.failed];
  const timed = (heading: string, of: LoadResult['flows']): FlowTable => {
    return { heading, header, lines: flowLines(of, style).map(({ name, cells }) => [name, ...cells]) };
  };
  const reasons = Object.entries({ ...flows, ...groups }).flatMap(([name, flow]) =>
    flow.reasons.map(({ reason, count }) => [name, reason, format.count(count)]),
  );
  const checked = (checks ?? []).map(({ name, passed, failed }) => [name, format.count(passed), format.count(failed)]);
  const tables = [
    timed(words.flows, flows),
    timed(words.groups, groups),
    { heading: words.checks, header: [words.check, words.passed, words.failed], lines: checked },
    { heading: words.reasons, header: ['', '', words.failed], lines: reasons },
  ];
  return tables.filter(({ lines }) => lines.length > 0);
}
