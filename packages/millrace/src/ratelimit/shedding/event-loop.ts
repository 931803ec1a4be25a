/** What is read of the event loop. Counted since the process, or the thread, began. */
export interface LoopReading {
  /** Milliseconds that it waited for something to happen. */
  readonly idleMs: number;
  readonly turns: number;
}

/** The event loop of this thread. */
export interface EventLoop {
  read(): LoopReading;
  /** Calls when all that was ready in this turn has been done. */
  atTurnEnd(call: () => void): void;
}

/** Node's own. */
export const nodeEventLoop: EventLoop = {
  read: () => ({
    idleMs: performance.eventLoopUtilization().idle,
    turns: performance.nodeTiming.uvMetricsInfo.loopCount,
  }),
  atTurnEnd(call) {
    setImmediate(call);
  },
};
