// What happens around this person in the meeting and is over soon: asked to switch something on, switched off by a host,
// reactions, a request that was refused, and who gets the own sound and picture at this moment.

import type { Code, Device, Hearing, ServerMessage } from '../api/control.gen';
import type { Clock, Timer } from './clock';
import { Cell, type Value } from '../value';
import type { OwnSource } from './sources';

/** A reaction is shown this long (milliseconds). */
const REACTION_FOR = 5000;

/** A host asks the person to switch a device on. Nobody else can do that. */
export interface Asked {
  readonly by: string;
  readonly device: Device;
}

/** Something that the person wanted and did not get, told once. */
export interface Declined {
  readonly code: Code;
  /** the type of the request, or the id of a message or file */
  readonly ref: string;
}

export class Conduct {
  readonly #clock: Clock;
  readonly #asked = new Cell<Asked | undefined>(undefined);
  readonly #stopped = new Cell<Asked | undefined>(undefined);
  readonly #declined = new Cell<Declined | undefined>(undefined);
  readonly #audience = new Cell<readonly Hearing[]>([]);
  readonly #reactions = new Cell<ReadonlyMap<string, string>>(new Map());
  readonly #pass = new Cell<string | undefined>(undefined);
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get asked(): Value<Asked | undefined> { return this.#asked; }
  /** the own device that a host switched off last */
  get stopped(): Value<Asked | undefined> { return this.#stopped; }
  get declined(): Value<Declined | undefined> { return this.#declined; }
  get audience(): Value<readonly Hearing[]> { return this.#audience; }
  /** by person */
  get reactions(): Value<ReadonlyMap<string, string>> { return this.#reactions; }
  /** the secret by which a further device joins */
  get pass(): Value<string | undefined> { return this.#pass; }

  hear(message: ServerMessage): void {
    switch (message.type) {
      case 'audience':
        this.#audience.set(message.sources);
        break;
      case 'asked':
        this.#asked.set({ by: message.by, device: message.device });
        break;
      case 'stopped':
        this.#stopped.set({ by: message.by, device: message.device });
        if (this.#asked.get()?.device === message.device) this.#asked.set(undefined);
        break;
      case 'reaction':
        this.#react(message.id, message.reaction);
        break;
      case 'companion_pass':
        this.#pass.set(message.companion);
        break;
      case 'error':
        this.#declined.set({ code: message.code, ref: message.ref ?? '' });
        break;
      case 'lobby':
        this.#forget();
        break;
    }
  }

  /** The server receives this of this device now, and does not hold it back. */
  receives(source: OwnSource, self: string): boolean {
    return this.#audience.get().some((one) => one.device === self && one.source === source && one.received);
  }

  answered(): void {
    this.#asked.set(undefined);
  }

  close(): void {
    this.#forget();
  }

  #react(id: string, reaction: string): void {
    const before = this.#timers.get(id);
    if (before !== undefined) this.#clock.cancel(before);
    this.#reactions.set(new Map(this.#reactions.get()).set(id, reaction));
    this.#timers.set(id, this.#clock.after(REACTION_FOR, () => {
      const rest = new Map(this.#reactions.get());
      rest.delete(id);
      this.#timers.delete(id);
      this.#reactions.set(rest);
    }));
  }

  #forget(): void {
    for (const timer of this.#timers.values()) this.#clock.cancel(timer);
    this.#timers.clear();
    this.#reactions.set(new Map());
    this.#asked.set(undefined);
    this.#stopped.set(undefined);
    this.#declined.set(undefined);
    this.#audience.set([]);
    this.#pass.set(undefined);
  }
}
