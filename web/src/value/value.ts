// A value that can be watched: all that call and media show to the interface goes through these.

/** What the interface may do with it: read and watch (the shape that React's useSyncExternalStore wants). */
export interface Value<T> {
  readonly get: () => T;
  /** Calls back after each change; returns the way to stop. */
  readonly subscribe: (changed: () => void) => () => void;
}

export class Cell<T> implements Value<T> {
  #current: T;
  readonly #watchers = new Set<() => void>();

  constructor(first: T) {
    this.#current = first;
  }

  readonly get = (): T => this.#current;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  };

  /** Sets the value and tells the watchers, unless it is the same one. */
  set(next: T): void {
    if (Object.is(next, this.#current)) return;
    this.#current = next;
    for (const changed of [...this.#watchers]) changed();
  }
}
