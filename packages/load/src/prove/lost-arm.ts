import { MillraceError } from 'millrace/core';

const LOST: ReadonlySet<string> = new Set([
  'MILLRACE_PROVE_ARM_DIED',
  'MILLRACE_PROVE_ARM_NOT_READY',
  'MILLRACE_PROVE_PORT_IN_USE',
  'MILLRACE_LOAD_TARGET_UNREACHABLE',
]);

/** Whether an error says that an arm cannot be asked (any more). Whatever else goes wrong is no finding about an arm. */
export function isLostArm(error: unknown): error is MillraceError {
  return error instanceof MillraceError && LOST.has(error.code);
}

/** Whether an arm could not even begin, because somebody else has its port: no finding about the arm either. */
export function isPortInUse(error: unknown): boolean {
  return error instanceof MillraceError && error.code === 'MILLRACE_PROVE_PORT_IN_USE';
}
