import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a command printed, and the processor time that it took. */
export interface TimedCommand {
  readonly stdout: string;
  readonly cpuSeconds: number;
}

/** Runs a command to its end; the shell's own timer gives its user and system time, and that of nothing else. */
export async function runTimed(command: string, args: readonly string[]): Promise<TimedCommand> {
  const script = `TIMEFORMAT='cpu %U %S'; time "$0" "$@"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script, command, ...args]);
  const cpu = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr);
  if (cpu === null) throw new Error(`${command} said: ${stderr}`);
  return { stdout, cpuSeconds: Number(cpu[1]) + Number(cpu[2]) };
}
