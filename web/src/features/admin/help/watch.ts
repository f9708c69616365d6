// Asks for the figures of one connection once a second, as long as the page is looked at: who does not look is not said
// to be watching.

import { Refused, rest } from '../../../api';
import { Cell } from '../../../value';
import { remember, type Sample } from './history';

/** Why there are no figures any more. */
export interface End {
  readonly problem: Refused;
  /** there were some */
  readonly watched: boolean;
}

export interface WatchState {
  readonly history: readonly Sample[];
  /** the server does not answer, and is asked again */
  readonly gone: boolean;
  /** it is over, or was refused at once */
  readonly end: End | undefined;
}

export const ASK_EVERY = 1000;
const nothing: WatchState = { history: [], gone: false, end: undefined };

/** The digits of a code as somebody typed it; undefined when it cannot be one. */
export function codeIn(text: string): string | undefined {
  const digits = text.replace(/[\s.-]/g, '');
  return /^\d{8}$/.test(digits) ? digits : undefined;
}

export class HelpWatch {
  readonly state = new Cell<WatchState>(nothing);
  readonly #code: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;

  constructor(code: string) {
    this.#code = code;
  }

  /** Returns the way to stop. */
  readonly start = (): (() => void) => {
    this.#running = true;
    void this.#ask();
    return () => {
      this.#running = false;
      clearTimeout(this.#timer);
    };
  };

  async #ask(): Promise<void> {
    if (!document.hidden) await this.#askOnce();
    if (this.#running && this.state.get().end === undefined) this.#timer = setTimeout(() => void this.#ask(), ASK_EVERY);
  }

  async #askOnce(): Promise<void> {
    const { history } = this.state.get();
    try {
      const sample = await rest('seeConnection', { code: this.#code });
      this.state.set({ history: remember(history, sample), gone: false, end: undefined });
    } catch (error) {
      if (error instanceof Refused) this.state.set({ history, gone: false, end: { problem: error, watched: history.length > 0 } });
      else this.state.set({ history, gone: true, end: undefined });
    }
  }
}
