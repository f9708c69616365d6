// What the banner says, from what is known. It claims that nothing is sent only when that is so. Pure.

import type { ControlState } from './control';
import type { GateState } from './gate';

export type Trouble = 'stopping' | 'stopped' | 'control' | 'sound';

export interface Circumstances {
  readonly gate: GateState;
  readonly control: ControlState;
  /** the browser refuses to play sound before a click */
  readonly soundBlocked: boolean;
}

export function troubleOf({ gate, control, soundBlocked }: Circumstances): Trouble | undefined {
  if (gate === 'stopping') return 'stopping';
  if (gate === 'stopped') return 'stopped';
  if (control === 'lost') return 'control';
  return soundBlocked ? 'sound' : undefined;
}
