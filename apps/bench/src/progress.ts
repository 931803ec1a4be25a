type Write = (line: string) => void;

const toStderr: Write = (line) => console.error(line);

/** Measures one part after the other, and tells on standard error which one of how many it is, and how long it took. */
export interface Progress {
  /** Tells of a part by its name while `measure` runs, and passes on what that gives or throws. */
  readonly part: <Result>(name: string, measure: () => Result | Promise<Result>) => Promise<Result>;
}

/** @param parts how many there will be */
export function createProgress(parts: number, write: Write = toStderr): Progress {
  let begun = 0;
  return {
    async part(name, measure) {
      begun++;
      const place = `[${begun}/${parts}] ${name}`;
      write(`${place} …`);
      const began = performance.now();
      let how = 'took';
      try {
        return await measure();
      } catch (error) {
        how = 'failed after';
        throw error;
      } finally {
        write(`${place}: ${how} ${describeSeconds(performance.now() - began)}`);
      }
    },
  };
}

/** `0.4 s`, `34 s` or `4 min 12 s`. */
export function describeSeconds(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 10) return `${(ms / 1_000).toFixed(1)} s`;
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
