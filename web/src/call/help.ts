// Help with a connection: the code by which the support may look at the figures of this device's connection, and whether
// somebody does.

import type { ServerMessage } from '../api/control.gen';
import { Cell, type Value } from '../value';
import type { Clock, Timer } from './clock';

export interface Help {
  /** undefined: there is none, as far as is known here */
  readonly code: string | undefined;
  readonly watched: boolean;
  /** what the person asked for last is on its way to the server, or did not get there */
  readonly asked?: 'coming' | 'unheard';
}

const none: Help = { code: undefined, watched: false };

/** So long a code is good (milliseconds), docs/control.md. By the own clock: that of the server may be another. */
const GOOD_FOR = 30 * 60_000;

export class HelpDesk {
  readonly #clock: Clock;
  readonly #state = new Cell<Help>(none);
  #self = '';
  #end: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): Value<Help> {
    return this.#state;
  }

  hear(message: ServerMessage): void {
    switch (message.type) {
      case 'help.code':
        this.forget();
        this.#state.set({ code: message.code, watched: false });
        this.#end = this.#clock.after(GOOD_FOR, () => this.forget());
        break;
      case 'help.watched':
        // Also without a code that is known here: nobody looks on unseen.
        if (message.watching !== this.#state.get().watched) this.#state.set({ ...this.#state.get(), watched: message.watching });
        break;
      case 'welcome': // the same place with other rights keeps its code, another place has none
        if (message.self !== this.#self) this.forget();
        this.#self = message.self;
        break;
      case 'lobby':
        this.forget();
        break;
      case 'error': // none is given
        if (message.ref === 'help.start') this.#settle();
        break;
    }
  }

  /** The person asked for a code, or for the end; heard: that went to the server. */
  asked(what: 'help.start' | 'help.stop', heard: boolean): void {
    if (heard && what === 'help.stop') this.forget();
    else this.#state.set({ ...this.#state.get(), asked: heard ? 'coming' : 'unheard' });
  }

  /** The connection to the server is lost: nothing comes of what was asked for, and the page says so until it is back. */
  lost(): void {
    if (this.#state.get().asked === 'coming') this.#state.set({ ...this.#state.get(), asked: 'unheard' });
  }

  /** It is back: the person may ask again. */
  back(): void {
    if (this.#state.get().asked === 'unheard') this.#settle();
  }

  #settle(): void {
    const { code, watched } = this.#state.get();
    this.#state.set({ code, watched });
  }

  /** There is no code any more: the person has ended it, or is gone. */
  forget(): void {
    if (this.#end !== undefined) this.#clock.cancel(this.#end);
    this.#end = undefined;
    this.#state.set(none);
  }
}
