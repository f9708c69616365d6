// The gate that stops sending. While signalling is lost nobody can know who receives, so nothing may leave: each
// sender is shut (call/sender.ts) and stays so whatever else happens to it, for instance a camera that is restarted
// meanwhile. A muted track's sender is shut too.

import type { Clock, Timer } from './clock';
import { openSender, shutSender } from './sender';

/** One thing that is sent: its sender and what should go out through it. */
export interface Outlet {
  readonly sender: RTCRtpSender;
  /** undefined: nothing to send, for instance a camera that was stopped */
  readonly track: MediaStreamTrack | undefined;
  readonly muted: boolean;
}

/** open: sends. stopping: told to stop, not yet sure. stopped: nothing leaves. */
export type GateState = 'open' | 'stopping' | 'stopped';

/** While held, senders are looked at this often (milliseconds). */
const LOOK_EVERY = 100;

export class SendGate {
  readonly #clock: Clock;
  readonly #outlets: () => readonly Outlet[];
  readonly #changed: () => void;
  #state: GateState = 'open';
  #held = new Set<RTCRtpSender>();
  #look: Timer | undefined;

  /** `outlets` lists what is published now; `changed` is called after each change of state. */
  constructor(clock: Clock, outlets: () => readonly Outlet[], changed: () => void) {
    this.#clock = clock;
    this.#outlets = outlets;
    this.#changed = changed;
  }

  get state(): GateState {
    return this.#state;
  }

  /** Stops everything that is being sent. */
  hold(): void {
    if (this.#state !== 'open') return;
    this.#setState('stopping');
    this.#held = new Set(this.#outlets().map((outlet) => outlet.sender));
    void this.#enforce();
  }

  /** Lets it flow again. */
  release(): void {
    if (this.#state === 'open') return;
    if (this.#look !== undefined) this.#clock.cancel(this.#look);
    this.#held.clear();
    this.#setState('open');
    this.apply();
  }

  /** Brings every sender to what its track's state asks for. Call after mute, unmute and publish. */
  apply(): void {
    if (this.#state !== 'open') return;
    for (const { sender, track, muted } of this.#outlets()) {
      if (muted) void shutSender(sender);
      else if (track) void openSender(sender, track);
    }
  }

  // A sender that appears while the gate is held belongs to a new connection, and publishing on that one needed
  // working signalling: it is not in #held and may send.
  async #enforce(): Promise<void> {
    const done = await Promise.all([...this.#held].map(shutSender));
    if (this.#state === 'open') {
      this.apply(); // released meanwhile: undo what just came through
      return;
    }
    this.#setState(done.every(Boolean) ? 'stopped' : 'stopping');
    this.#look = this.#clock.after(LOOK_EVERY, () => void this.#enforce());
  }

  #setState(state: GateState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed();
  }
}
