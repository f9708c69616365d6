// What the banner says, from what is known. It claims that nothing is sent only when that is so. Pure.

import type { GateState } from './gate';

export type Trouble = 'stopping' | 'stopped' | 'server' | 'control' | 'sound';

export interface Circumstances {
  readonly gate: GateState;
  /** the server said that it ends */
  readonly serverEnded: boolean;
  /** chat and roster have been out of reach for a while, sound and picture are fine */
  readonly controlMissed: boolean;
  /** the browser refuses to play sound before a click */
  readonly soundBlocked: boolean;
}

export function troubleOf({ gate, serverEnded, controlMissed, soundBlocked }: Circumstances): Trouble | undefined {
  if (gate === 'stopping') return 'stopping';
  if (gate === 'stopped') return serverEnded ? 'server' : 'stopped';
  if (controlMissed) return 'control';
  return soundBlocked ? 'sound' : undefined;
}

/** Nothing of this person gets through meanwhile. */
export function silences(trouble: Trouble | undefined): boolean {
  return trouble === 'stopped' || trouble === 'server';
}
