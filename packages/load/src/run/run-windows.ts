import type { GeneratorWindow, LoadResult, SecondResult } from '../result/index.ts';
import { GeneratorWindowReader } from './generator-windows.ts';
import type { RunMemory } from './run-memory.ts';
import { shownNames } from './shown-names.ts';
import { WindowReader } from './windows.ts';

/** The windows of a result, of all its arrivals and by step. */
type WindowsOfRun = Required<Pick<LoadResult, 'seconds' | 'windowSeconds' | 'stepSeconds' | 'stepWindowSeconds'>>;

/**
 * Reads the windows of one run, of one thread or several. When it reads them again, those in which nothing happened
 * since are the same objects: so what is done each second of a run, its journal among it, costs no more the longer it is.
 */
export class RunWindows {
  #total: WindowReader | undefined;
  #generator: GeneratorWindowReader | undefined;
  readonly #steps: Map<string, WindowReader> = new Map();

  /** @param memories of the run, at least one; each time the same and more */
  read(memories: readonly RunMemory[]): WindowsOfRun {
    const [{ totalShape, rowShape }] = memories as readonly [RunMemory];
    this.#total ??= new WindowReader(totalShape);
    const rows = memories.flatMap(({ rows }) => rows.filter(({ kind }) => kind === 'step' || kind === 'prerequisite'));
    const stepSeconds: Record<string, SecondResult[]> = {};
    for (const [name, same] of Map.groupBy(rows, shownNames(memories))) {
      const reader = this.#steps.get(name) ?? new WindowReader(rowShape);
      this.#steps.set(name, reader);
      stepSeconds[name] = reader.read(same.map(({ memory }) => memory.windows));
    }
    return {
      seconds: this.#total.read(memories.map(({ totals }) => totals.windows)),
      windowSeconds: totalShape.widthSeconds,
      stepSeconds,
      stepWindowSeconds: rowShape.widthSeconds,
    };
  }

  /** The generator's own lateness, in the same windows. @param memories as for {@link RunWindows.read} */
  readGenerator(memories: readonly RunMemory[]): GeneratorWindow[] {
    const [{ totalShape }] = memories as readonly [RunMemory];
    this.#generator ??= new GeneratorWindowReader(totalShape);
    return this.#generator.read(memories.map(({ totals }) => totals.generator));
  }
}
