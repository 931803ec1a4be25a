/** One thing that a check found wrong. */
export interface Fault {
  /** Path below the root of the tree; with `:line` where one is known. */
  readonly where: string;
  /** What is wrong and, where it is not plain, how to mend it. One line. */
  readonly what: string;
}

/** Prints the outcome of one check and sets the exit code: 0 without faults, else 1. */
export function report(check: string, faults: readonly Fault[], passed: string): void {
  for (const fault of faults) console.log(`${fault.where}: ${fault.what}`);
  if (faults.length === 0) {
    console.log(`${check}: ${passed}`);
    return;
  }
  console.log(`${check}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`);
  process.exitCode = 1;
}
