import { DatabaseSync } from 'node:sqlite';
import type { ArmProcess, ProofManifest } from '@millrace/load/prove';
import { proof as sound } from './prove.ts';

/** The manifest of the example with a fault planted in it; FAULT chooses which. */

const PLANTED: Readonly<Record<string, (arm: ArmProcess, armId: string, round: number) => ArmProcess>> = {
  differs(arm, armId) {
    if (armId === 'computed') return arm;
    using database = new DatabaseSync(arm.env.DATABASE ?? '');
    database.exec('UPDATE orders SET amount = amount + 1 WHERE id = 17');
    return arm;
  },
  'never-ready': (arm) => ({ ...arm, command: [...lastWords('waiting for a licence', 60_000), '--eval', ''] }),
  dies(arm, armId, round) {
    if (armId === 'computed' || round < 0) return arm;
    return { ...arm, command: [...lastWords('out of memory', 700), ...arm.command.slice(1)] };
  },
};

/** A Node that says something after a start of its own, and ends with 9 some time later. */
function lastWords(words: string, afterMs: number): string[] {
  const code = `console.error('${words}'); setTimeout(() => process.exit(9), ${afterMs})`;
  return [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

/** The sound manifest, but for the fault. */
export function withFault(fault: string): ProofManifest {
  return {
    ...sound,
    async prepare(context) {
      const service = await sound.prepare(context);
      return {
        ...service,
        async startRound(armId, round) {
          const arm = await service.startRound(armId, round);
          return PLANTED[fault]?.(arm, armId, round) ?? arm;
        },
      };
    },
  };
}

export const proof: ProofManifest = withFault(process.env.FAULT ?? '');
