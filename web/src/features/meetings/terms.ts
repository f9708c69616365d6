// "Das gilt": what the settings of a meeting mean, in five lines.

import type { Settings } from '../../api';
import type { Kind } from './kinds';
import { w, type WordKey } from './words';

/** What the terms of a meeting depend on. */
export interface Terms {
  readonly kind: Kind;
  /** it has no dates */
  readonly always: boolean;
  readonly settings: Settings;
}

/** Five lines: who comes in, when it goes on, who speaks and is seen, who writes, what is kept. */
export function termsOf(of: Terms): readonly string[] {
  const s = of.settings;
  return keysOf(of).map((line) => line.map((key) => w(key, { n: key === 'terms.keep' ? s.keepDays : key === 'terms.opens' ? s.opensBefore : s.hostGoneAfter })).join(' '));
}

/** The sentences of each line. */
export function keysOf({ kind, always, settings: s }: Terms): readonly (readonly WordKey[])[] {
  return [
    [`terms.guests.${s.guests}`, ...(s.guests === 'none' && s.lobby === 'guests' ? [] : [`terms.lobby.${s.lobby}` as const]), ...(s.code ? ['terms.code' as const] : [])],
    [`terms.start.${s.start}`, ...(s.opensBefore > 0 && !always ? ['terms.opens' as const] : []), `terms.gone.${s.hostGone}`],
    [speaking(s), kind === 'consultation' ? 'terms.alone' : s.people === 'hosts' ? 'terms.unseen' : s.cameras === 'hosts' ? 'terms.cameras' : 'terms.seen'],
    [`terms.chat.${s.chat}`, `terms.direct.${s.direct}`],
    ['terms.recording', always ? 'terms.keepYear' : s.keepDays === 0 ? 'terms.keepNone' : 'terms.keep'],
  ];
}

function speaking(s: Settings): WordKey {
  if (s.hands === 'queue') return 'terms.queue';
  return s.speak === 'called' ? 'terms.called' : 'terms.free';
}
