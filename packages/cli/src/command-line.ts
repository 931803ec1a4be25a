import { runCommand } from './command.ts';
import { EXIT } from './exit-code.ts';
import { samePressMs, watchInterrupts } from './interrupts.ts';

/** Runs the command line of this process to its end. */
export async function runCommandLine(): Promise<never> {
  // A closed pipe (`| head`) must not end a run before its clean-up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

  using interrupts = watchInterrupts(process, {
    giveUp: () => process.exit(EXIT.interrupted),
    now: () => performance.now(),
    echoMs: samePressMs(process.env),
  });
  const code = await runCommand(process.argv.slice(2), interrupts);
  // A manifest may hold handles that would keep the process alive.
  process.exit(code);
}
