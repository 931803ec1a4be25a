import { scheduleLine } from '../load/load-heading.ts';
import type { LoadFact } from '../load-texts.ts';
import { type Markup, markup } from '../markup.ts';
import type { LoadPage } from './load-page.ts';

/** What was sent, and what by. */
export function loadFactSection(page: LoadPage): Markup {
  const { result, texts, format, machine } = page;
  const { generator, arrivals, total } = result;
  const { comma } = texts.marks;
  const on =
    machine &&
    `${texts.machine(machine.cpu, machine.cores, machine.memoryGb)}${comma}${machine.os}${comma}Node ${machine.node}`;
  const entries: readonly (readonly [LoadFact, string | undefined])[] = [
    ['scenario', result.scenario],
    ['target', result.target],
    ['schedule', scheduleLine(result, page)],
    ['planned', format.count(arrivals.planned)],
    ['started', result.startedAt],
    ['workers', format.count(generator.workers ?? 1)],
    ['connections', format.count(generator.connectionsOpened)],
    ['queuedMax', format.count(generator.queuedMax)],
    ['desyncs', format.count(generator.desyncs)],
    ['bodyBytes', format.count(total.bodyBytes)],
    ['drain', format.quantity(result.drainMs)],
    ['cpu', format.count(generator.cpuMs)],
    ['loopDelay', format.quantity(generator.loopDelayP99Us / 1000)],
    ['generator', on],
    ['schema', result.schema],
  ];
  const lines = entries
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => markup`<tr><th scope="row">${texts.load.facts[name]}</th><td class="words">${value}</td></tr>`,
    );
  return markup`<section><h2>${texts.load.sections.facts}</h2><div class="scroll"><table><tbody>${lines}</tbody></table></div></section>`;
}
