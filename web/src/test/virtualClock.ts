// Time that stands still until a test moves it.

import type { Clock, Timer } from '../call/clock';

interface Due {
  readonly id: number;
  readonly at: number;
  readonly run: () => void;
}

export class VirtualClock implements Clock {
  #now = 0;
  #lastId = 0;
  #due: Due[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): Timer {
    const id = ++this.#lastId;
    this.#due.push({ id, at: this.#now + milliseconds, run });
    return id;
  }

  cancel(timer: Timer): void {
    this.#due = this.#due.filter((due) => due.id !== timer);
  }

  /** Moves on, running what falls due in its order; promises settle in between. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (;;) {
      const next = this.#due.filter((due) => due.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!next) break;
      this.#due = this.#due.filter((due) => due !== next);
      this.#now = next.at;
      next.run();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets everything that only waits for promises happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}
