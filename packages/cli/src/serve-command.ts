import { serveArm } from '@millrace/load/prove';
import { canOverwrite, createProgressDisplay, renderServedArm } from '@millrace/load/report';
import { EXIT } from './exit-code.ts';
import { announceStop, type Interrupts, sayOverProgress } from './interrupts.ts';
import { loadManifest } from './manifest-file.ts';
import type { ServeRequest } from './prove-request.ts';

/** Keeps one arm up until Ctrl-C, which is how it ends in order. */
export async function runServe(request: ServeRequest, { stop, kill }: Interrupts): Promise<number> {
  const manifest = await loadManifest(request.manifest);
  const { arm, tier, seed, texts } = request;
  const { stdout, stderr } = process;
  await using display = createProgressDisplay({ stream: stderr, live: canOverwrite(stderr, process.env), texts });
  using _ = announceStop(stop, () => sayOverProgress(texts.words.stopping));
  const served = await serveArm(manifest, arm, {
    ...{ tier, seed, signal: stop, killSignal: kill, onEvent: display.listen },
    onReady(ready) {
      void display.close();
      stdout.write(renderServedArm(ready, { texts, columns: stdout.columns }));
    },
  });
  return served ? EXIT.ok : EXIT.interrupted;
}
