import type { Random } from 'millrace/core';
import { checkPrerequisite, type Scenario, type Step } from '../scenario/index.ts';
import type { StepSlot, UserSlot } from './arrival.ts';
import { OTHERS, type RunMemory } from './run-memory.ts';
import { countOf, ownOf, type Share, WHOLE } from './share.ts';
import type { StepRecorder } from './step-recorder.ts';

/** Past so many names, as where each user has its own, the rest goes together. */
const MAX_PREREQUISITE_ROWS = 100;

/**
 * Who sends what at each arrival. User and step are drawn when the arrival is due, in the order of the schedule; what
 * a step draws while building its request comes from a stream of the arrival's own. So the order in which answers come
 * back changes none of it.
 */
export class Plan<User> {
  readonly steps: ReadonlyMap<string, StepSlot<User>>;
  readonly #scenario: Scenario<User>;
  readonly #memory: RunMemory;
  readonly #share: Share;
  readonly #users: readonly UserSlot<User>[];
  readonly #weighted: readonly StepSlot<User>[];
  readonly #bounds: readonly number[];
  readonly #userPicks: Random;
  readonly #stepPicks: Random;
  readonly #prerequisites: Map<string, StepSlot<User>> = new Map();

  /**
   * @param memory for the rows of its steps
   * @param share of the users, who are the same whoever drives them
   */
  constructor(scenario: Scenario<User>, random: Random, memory: RunMemory, share: Share = WHOLE) {
    const picks = share.of === 1 ? random : random.fork(`share:${share.index}`);
    this.#scenario = scenario;
    this.#memory = memory;
    this.#share = share;
    this.#userPicks = picks.fork('users');
    this.#stepPicks = picks.fork('steps');
    this.#users = Array.from({ length: countOf(scenario.users, share) }, (_, own) => {
      const index = share.index + own * share.of;
      return { user: scenario.createUser(index, random.fork(`user:${index}`)), waiting: undefined };
    });
    this.#weighted = scenario.steps.map((step) => toSlot(step, memory.openRow('step', step.name)));
    this.#bounds = toBounds(scenario.steps);
    this.steps = new Map(this.#weighted.map((slot) => [slot.step.name, slot]));
  }

  /** The prerequisites met so far, by the name of their row: marked as such where an arrival's step has the same. */
  get prerequisites(): ReadonlyMap<string, StepSlot<User>> {
    return this.#prerequisites;
  }

  pickUser(arrival: number): UserSlot<User> {
    const { users: all } = this.#scenario;
    const picked = this.#scenario.pickUser?.(this.#userPicks, arrival);
    if (picked === undefined) return this.#users[this.#userPicks.int(this.#users.length)] as UserSlot<User>;
    const index = Math.floor(ownOf(picked, all, this.#share) / this.#share.of);
    const user = picked >= 0 && picked < all ? this.#users[index] : undefined;
    if (user === undefined) throw new RangeError(`pickUser gave ${picked}; there are users 0 to ${all - 1}`);
    return user;
  }

  pickStep(): StepSlot<User> {
    const point = this.#stepPicks.next();
    let index = 0;
    while (index < this.#bounds.length - 1 && point >= (this.#bounds[index] as number)) index++;
    return this.#weighted[index] as StepSlot<User>;
  }

  /**
   * The step that `user` needs answered first, or undefined.
   * @throws MILLRACE_LOAD_OPTION_INVALID, MILLRACE_CORE_OPTION_UNKNOWN for what is no step
   */
  prerequisiteOf(user: UserSlot<User>): StepSlot<User> | undefined {
    const step = this.#scenario.prerequisite?.(user.user);
    if (step === undefined) return undefined;
    const own = this.steps.has(step.name) ? `${step.name} (prerequisite)` : step.name;
    const isNew = !this.#prerequisites.has(own) && this.#prerequisites.size >= MAX_PREREQUISITE_ROWS;
    const name = isNew ? OTHERS.prerequisite : own;
    const known = this.#prerequisites.get(name);
    if (known?.step === step) return known;
    checkPrerequisite(step);
    const slot = toSlot(step, known?.recorder ?? this.#memory.openRow('prerequisite', name));
    this.#prerequisites.set(name, slot);
    return slot;
  }
}

function toSlot<User>(step: Step<User>, recorder: StepRecorder): StepSlot<User> {
  return { step, recorder, spec: undefined, encoded: undefined };
}

/** Where each step's share of [0, 1) ends. */
function toBounds(steps: readonly Step<never>[]): number[] {
  const total = steps.reduce((sum, step) => sum + step.weight, 0);
  let reached = 0;
  return steps.map((step) => {
    reached += step.weight;
    return reached / total;
  });
}
