// Time as an argument: the real one in the page, a virtual one in tests.

/** What a timer is called by, to cancel it. */
export type Timer = ReturnType<typeof setTimeout> | number;

export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number;
  after(milliseconds: number, run: () => void): Timer;
  cancel(timer: Timer): void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, run) => setTimeout(run, milliseconds),
  cancel: (timer) => clearTimeout(timer),
};
