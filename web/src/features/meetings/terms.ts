// "Das gilt": what the settings of a meeting mean, in five lines.

import type { Settings } from '../../api';
import { w, type WordKey } from './words';

/** Five lines: who comes in, when it goes on, who speaks and is seen, who writes, what is kept. */
export function termsOf(s: Settings): readonly string[] {
  return keysOf(s).map((line) => line.map((key) => w(key, { n: key === 'terms.keep' ? s.keepDays : key === 'terms.opens' ? s.opensBefore : s.hostGoneAfter })).join(' '));
}

/** The sentences of each line. */
export function keysOf(s: Settings): readonly (readonly WordKey[])[] {
  return [
    [`terms.guests.${s.guests}`, ...(s.guests === 'none' && s.lobby === 'guests' ? [] : [`terms.lobby.${s.lobby}` as const]), ...(s.code ? ['terms.code' as const] : [])],
    [`terms.start.${s.start}`, ...(s.opensBefore > 0 ? ['terms.opens' as const] : []), `terms.gone.${s.hostGone}`],
    [s.speak === 'called' ? 'terms.called' : 'terms.free', s.people === 'hosts' ? 'terms.unseen' : s.cameras === 'hosts' ? 'terms.cameras' : 'terms.seen'],
    [`terms.chat.${s.chat}`, `terms.direct.${s.direct}`],
    ['terms.recording', s.keepDays === 0 ? 'terms.keepNone' : 'terms.keep'],
  ];
}
