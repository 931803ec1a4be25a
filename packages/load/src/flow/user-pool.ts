import type { Random } from 'millrace/core';
import { Fifo, type Share } from '../run/index.ts';
import type { FlowGround } from './flow-ground.ts';
import { VirtualUser } from './virtual-user.ts';

/** The users of one worker, and which of them are free. A user is made when it is first needed. */
export class UserPool {
  readonly #ground: FlowGround;
  readonly #share: Share;
  readonly #size: number;
  readonly #free: Fifo<VirtualUser> = new Fifo();
  readonly #flowDraws: WeakMap<VirtualUser, Random> = new WeakMap();
  #made = 0;

  constructor(ground: FlowGround, share: Share) {
    this.#ground = ground;
    this.#share = share;
    this.#size = Math.ceil((ground.scenario.users - share.index) / share.of);
  }

  /** A free user: one that has not come yet, else the one that has been free longest. Undefined when all are busy. */
  take(): VirtualUser | undefined {
    if (this.#made === this.#size) return this.#free.shift();
    const { index, of } = this.#share;
    return VirtualUser.create(this.#ground, index + of * this.#made++);
  }

  give(user: VirtualUser): void {
    this.#free.push(user);
  }

  /** Where in [0, 1) the user's next flow lies, by a stream of its own. */
  drawFlow(user: VirtualUser): number {
    let draws = this.#flowDraws.get(user);
    if (draws === undefined) {
      draws = user.forkFlows();
      this.#flowDraws.set(user, draws);
    }
    return draws.next();
  }
}
