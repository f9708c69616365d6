// What is bad for a moment is nothing to tell of, and what has just been bad is not over at once: a fault that lasts.
// Pure, so that its timing is tested without any.

export interface Lasting {
  /** up to FULL, where it shows; down to 0, where it is over */
  readonly level: number;
  /** it has lasted, and is not over yet */
  readonly shown: boolean;
}

export const calm: Lasting = { level: 0, shown: false };

/** Bad for this long without a break it shows, good for this long it is gone (milliseconds). */
export const SHOWN_AFTER = 5000;
export const GONE_AFTER = 10_000;

const FULL = 10_000;
/** No look counts for more: a computer that slept has seen nothing meanwhile. */
export const MOST_PASSED = 2000;

/**
 * How it stands when this was seen, so long after the look before. Good moments in between only slow its coming down,
 * and a bad one while it shows begins its end anew.
 */
export function lasts(before: Lasting, bad: boolean, passed: number): Lasting {
  if (bad && before.shown) return { level: FULL, shown: true };
  const counts = Math.min(Math.max(passed, 0), MOST_PASSED);
  const change = bad ? (counts * FULL) / SHOWN_AFTER : (-counts * FULL) / GONE_AFTER;
  const level = Math.min(Math.max(before.level + change, 0), FULL);
  return { level, shown: level === FULL || (before.shown && level > 0) };
}
