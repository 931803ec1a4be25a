import { closeSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs';
import { checkNumber } from '../errors.ts';
import type { LoadResult } from '../result/index.ts';
import { changeBetween } from './change.ts';
import { JOURNAL_ERRORS } from './errors.ts';

/** The schema that a journal's first line names. */
export const JOURNAL_SCHEMA = 'millrace-load-journal/1';

/** A journal of one run. */
export interface LoadJournal extends AsyncDisposable {
  /** Why nothing is written any more, such as a full disk; undefined while all goes well. What was written stays readable. */
  readonly failure: string | undefined;
  /** Writes how far the run is, at once: a killed process leaves it behind. Does not throw: see {@link LoadJournal.failure}. */
  append(result: LoadResult): void;
  /** Writes the run's end; nothing can be appended after it. */
  finish(result: LoadResult): Promise<void>;
  /** Closes the file. Without {@link LoadJournal.finish} the run counts as unfinished. */
  close(): Promise<void>;
}

/** Options of {@link createJournal}. */
export interface JournalOptions {
  /** The file is written anew, as one line, when it would grow past this; 65,536 to 2^40, default 64 MiB. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 64 * 1_048_576;

/**
 * Opens the journal of a run: a line of JSON for each state that is appended, with what changed since the line before.
 * An existing file is overwritten. Not forced to the disk: it outlives the process, not the machine.
 * @throws MILLRACE_JOURNAL_UNWRITABLE, MILLRACE_LOAD_OPTION_INVALID
 * @example
 * await using journal = createJournal('run.journal');
 * journal.append(progress.live());
 */
export function createJournal(file: string, { maxBytes = DEFAULT_MAX_BYTES }: JournalOptions = {}): LoadJournal {
  checkNumber('maxBytes', maxBytes, 65_536, 2 ** 40);
  return new FileJournal(file, maxBytes);
}

class FileJournal implements LoadJournal {
  failure: string | undefined;
  readonly #file: string;
  readonly #maxBytes: number;
  #descriptor: number | undefined;
  #bytes = 0;
  #last: LoadResult | undefined;

  constructor(file: string, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    try {
      this.#descriptor = openSync(file, 'w');
      this.#write({ schema: JOURNAL_SCHEMA });
    } catch (cause) {
      this.#giveUp(cause);
      const reason = this.failure as string;
      throw JOURNAL_ERRORS.create('MILLRACE_JOURNAL_UNWRITABLE', { file, reason }, cause);
    }
  }

  append(result: LoadResult): void {
    const change = changeBetween(this.#last, result);
    if (this.#descriptor === undefined || change === undefined) return;
    try {
      if (this.#bytes > this.#maxBytes) this.#writeAnew(result);
      else this.#write({ change });
      this.#last = result;
    } catch (cause) {
      this.#giveUp(cause);
    }
  }

  async finish(result: LoadResult): Promise<void> {
    this.append(result);
    try {
      this.#write({ end: true });
    } catch (cause) {
      this.#giveUp(cause);
    }
    await this.close();
  }

  async close(): Promise<void> {
    try {
      if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    } catch (cause) {
      this.failure ??= cause instanceof Error ? cause.message : String(cause);
    }
    this.#descriptor = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Beside the old file, which stays whole until the new one is. */
  #writeAnew(result: LoadResult): void {
    const old = this.#descriptor;
    const beside = `${this.#file}.new`;
    this.#descriptor = openSync(beside, 'w');
    this.#bytes = 0;
    if (old !== undefined) closeSync(old);
    this.#write({ schema: JOURNAL_SCHEMA });
    this.#write({ change: { v: result } });
    renameSync(beside, this.#file);
  }

  /** A write may take only the beginning: the rest follows. */
  #write(line: object): void {
    if (this.#descriptor === undefined) return;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    this.#bytes += bytes.length;
  }

  /** What whole lines said stays; a line that was begun is taken off. */
  #giveUp(cause: unknown): void {
    this.failure = cause instanceof Error ? cause.message : String(cause);
    try {
      if (this.#descriptor !== undefined) ftruncateSync(this.#descriptor, this.#bytes);
    } catch {
      // The reader stops at the line that was cut.
    }
    void this.close();
  }
}
