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

/** Looks again and again, so many milliseconds after the look before ended, until the function that it gives is called. A look that fails is as good as none. */
export function again(clock: Clock, milliseconds: number, look: () => Promise<unknown>): () => void {
  const all = async () => {
    await look().catch(() => undefined);
    if (!ended) timer = clock.after(milliseconds, () => void all());
  };
  let ended = false;
  let timer = clock.after(milliseconds, () => void all());
  return () => {
    ended = true;
    clock.cancel(timer);
  };
}
