import type { ServedArm } from '../prove/index.ts';
import { factLine } from './heading.ts';
import { localText } from './local-text.ts';
import type { TerminalOptions } from './render-options.ts';
import { wrapText } from './text-width.ts';
import { EN } from './texts.ts';

const LEAST_COLUMNS = 40;
const DEFAULT_COLUMNS = 100;

/**
 * An arm that serves: its address in a line of its own, what was prepared, what a client needs, and until when.
 * @example
 * await serveArm(manifest, 'after', { onReady: (arm) => process.stdout.write(renderServedArm(arm)) });
 */
export function renderServedArm(
  arm: ServedArm,
  { texts = EN, columns = DEFAULT_COLUMNS }: Omit<TerminalOptions, 'details'> = {},
): string {
  const { name, label, baseUrl, clients } = arm;
  const more = [
    factLine(arm, texts),
    ...(clients === undefined ? [] : [localText(clients, texts)]),
    texts.words.serving,
  ];
  const lines = more.filter(Boolean).flatMap((line) => wrapText(line, Math.max(LEAST_COLUMNS, columns)));
  return `${[`${name} · ${label}`, baseUrl, ...lines].join('\n')}\n`;
}
