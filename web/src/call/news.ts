// What is told in passing: who came and went and wrote, summed up, at most every three seconds.

import type { Clock, Timer } from './clock';
import type { Input } from './devices';
import type { Role } from '../api/rules.gen';
import { Cell } from '../value';

export interface News {
  readonly joined: readonly string[];
  readonly left: readonly string[];
  readonly messageFrom: string | undefined;
  /** whose hand has gone up, for who conducts */
  readonly hand?: string;
  /** the own role that somebody else gave: by whom, '' if that is not known */
  readonly role?: { readonly role: Role; readonly by: string };
  /** the connection was disturbed, and stands again */
  readonly back?: true;
  /** an own device that went away, and what is used instead */
  readonly replaced?: { readonly device: Input; readonly label: string };
}

const AT_MOST_EVERY = 3000;
/** People who come together are told together (milliseconds). */
const GATHER = 600;
const none: News = { joined: [], left: [], messageFrom: undefined };

export class NewsDesk {
  readonly latest = new Cell<News>(none);
  readonly #clock: Clock;
  #collected: News = none;
  #timer: Timer | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  joined(name: string): void {
    this.#collect({ ...this.#collected, joined: [...this.#collected.joined, name] });
  }

  left(name: string): void {
    this.#collect({ ...this.#collected, left: [...this.#collected.left, name] });
  }

  /** Who waits again has not gone. */
  waits(name: string): void {
    const at = this.#collected.left.indexOf(name);
    if (at >= 0) this.#collected = { ...this.#collected, left: this.#collected.left.filter((_, index) => index !== at) };
  }

  hand(name: string): void {
    this.#collect({ ...this.#collected, hand: name });
  }

  role(role: Role, by: string): void {
    this.#collect({ ...this.#collected, role: { role, by } });
  }

  message(from: string): void {
    this.#collect({ ...this.#collected, messageFrom: from });
  }

  back(): void {
    this.#collect({ ...this.#collected, back: true });
  }

  replaced(device: Input, label: string): void {
    this.#collect({ ...this.#collected, replaced: { device, label } });
  }

  close(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
  }

  #collect(news: News): void {
    this.#collected = news;
    const pause = Math.max(GATHER, this.#toldAt + AT_MOST_EVERY - this.#clock.now());
    this.#timer ??= this.#clock.after(pause, () => this.#publish());
  }

  #publish(): void {
    this.#timer = undefined;
    this.#toldAt = this.#clock.now();
    this.latest.set(this.#collected);
    this.#collected = none;
  }
}
