import type { StepOutcome } from '../capacity/index.ts';
import type { LoadProgress } from '../run/index.ts';
import type { LocalText } from './local-text.ts';

/** The parts of a proof, in the order in which they come; `start` to `drain` once a round, `capacity` once a step of a search. */
export type StageId = 'prepare' | 'digests' | 'start' | 'warm-up' | 'phase' | 'drain' | 'capacity' | 'report';

/** What a proof tells while it runs, for a progress display. */
export type ProofEvent =
  /**
   * Seconds that the whole proof will take from its start; again once the phases are known (with the rounds), and after
   * each round and search, between two stages: it takes the place of the plan before. `atMostSeconds`, of a plan
   * with searches for capacities: with each of them at its longest.
   */
  | { readonly kind: 'plan'; readonly totalSeconds: number; readonly rounds?: number; readonly atMostSeconds?: number }
  | {
      readonly kind: 'stage';
      readonly id: StageId;
      readonly plannedSeconds: number;
      /** From 0; absent outside rounds. */
      readonly round?: number;
      readonly rounds?: number;
      /** The arm's label. */
      readonly arm?: string;
      /** The phase's label or id; of a search, the workload's label and the rate. */
      readonly phase?: LocalText;
    }
  /** A line of the manifest's own. */
  | { readonly kind: 'note'; readonly line: string }
  /** Requests of the comparison of answers that were answered, over all arms. */
  | { readonly kind: 'compared'; readonly answered: number; readonly requests: number }
  /** What the step of a search that just ended came to. */
  | { readonly kind: 'step'; readonly ratePerSecond: number; readonly outcome: StepOutcome }
  | { readonly kind: 'load'; readonly stream: string; readonly progress: LoadProgress };

/** Listens to a proof. Must be quick: it runs on the generator's thread. */
export type ProofListener = (event: ProofEvent) => void;
