// What a screen reader is told: who came and went, summed up, at most every three seconds.

import type { Clock, Timer } from './clock';
import { Cell } from '../value';

export interface News {
  readonly joined: readonly string[];
  readonly left: readonly string[];
  readonly messageFrom: string | undefined;
}

const AT_MOST_EVERY = 3000;
const none: News = { joined: [], left: [], messageFrom: undefined };

export class NewsDesk {
  readonly latest = new Cell<News>(none);
  readonly #clock: Clock;
  #collected: News = none;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  joined(name: string): void {
    this.#collect({ ...this.#collected, joined: [...this.#collected.joined, name] });
  }

  left(name: string): void {
    this.#collect({ ...this.#collected, left: [...this.#collected.left, name] });
  }

  message(from: string): void {
    this.#collect({ ...this.#collected, messageFrom: from });
  }

  close(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
  }

  #collect(news: News): void {
    this.#collected = news;
    this.#timer ??= this.#clock.after(AT_MOST_EVERY, () => this.#publish());
  }

  #publish(): void {
    this.#timer = undefined;
    this.latest.set(this.#collected);
    this.#collected = none;
  }
}
