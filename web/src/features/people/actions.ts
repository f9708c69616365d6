// What one person may do to another, as the menu offers it. The server decides; what it would refuse is not offered. Pure.

import { isHost, mayWrite, type Order, type Roster } from '../../call';
import type { Role } from '../../api';

export type PersonAction =
  | 'write' | 'mute' | 'ask_mic' | 'ask_cam' | 'stop_camera' | 'stop_share'
  | 'give_floor' | 'take_floor' | 'lower_hand'
  | 'make_host' | 'make_presenter' | 'make_participant' | 'make_viewer' | 'hand_over'
  | 'rename' | 'to_lobby' | 'remove';

type Person = Roster['people'][number];

/** What a person sends, as the media room says. */
export interface Sending {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}

/** In groups, in the order of the menu; empty ones are left out. */
export function actionsOn(roster: Roster, person: Person, sending: Sending): readonly (readonly PersonAction[])[] {
  const self = person.id === roster.person;
  const { may } = roster;
  if (self) return may.has('rename_self') || may.has('rename') ? [['rename']] : [];
  const touch = mayTouch(roster.role, person.role);
  const when = (condition: boolean, ...actions: PersonAction[]) => (condition ? actions : []);
  const groups: readonly (readonly PersonAction[])[] = [
    when(mayWrite(roster, person.role), 'write'),
    [
      ...when(may.has('mute'), ...when(sending.microphone && touch, 'mute'), ...when(!sending.microphone, 'ask_mic')),
      ...when(may.has('stop_camera'), ...when(sending.camera && touch, 'stop_camera'), ...when(!sending.camera, 'ask_cam')),
      ...when(may.has('stop_share') && sending.screen && touch, 'stop_share'),
    ],
    [
      ...when(may.has('give_floor') && floorMatters(roster, person), person.floor ? 'take_floor' : 'give_floor'),
      ...when(may.has('lower_hand') && (person.hand ?? 0) > 0, 'lower_hand'),
    ],
    [
      ...rolesFor(roster, person.role),
      ...when(may.has('hand_over'), 'hand_over'),
      ...when(may.has('rename') && touch, 'rename'),
    ],
    when(touch && !isHost(person.role), ...when(may.has('admit'), 'to_lobby'), ...when(may.has('remove'), 'remove')),
    when(touch && isHost(person.role) && may.has('remove'), 'remove'),
  ];
  return groups.filter((group) => group.length > 0);
}

/** The order that an action stands for; undefined: the person is asked something first. */
export function orderOf(action: PersonAction, id: string): Order | undefined {
  switch (action) {
    case 'mute': return { type: 'mute', ids: [id] };
    case 'ask_mic': return { type: 'ask', ids: [id], device: 'microphone' };
    case 'ask_cam': return { type: 'ask', ids: [id], device: 'camera' };
    case 'stop_camera': return { type: 'stop_camera', ids: [id] };
    case 'stop_share': return { type: 'stop_share', ids: [id] };
    case 'give_floor': return { type: 'give_floor', id, on: true };
    case 'take_floor': return { type: 'give_floor', id, on: false };
    case 'lower_hand': return { type: 'lower_hand', ids: [id] };
    case 'make_host': return { type: 'appoint', id, role: 'moderator' };
    case 'make_presenter': return { type: 'appoint', id, role: 'presenter' };
    case 'make_participant': return { type: 'appoint', id, role: 'participant' };
    case 'make_viewer': return { type: 'appoint', id, role: 'viewer' };
    case 'to_lobby': return { type: 'to_lobby', ids: [id] };
    default: return undefined;
  }
}

// Never the owner against its will, and a moderator only by the owner.
function mayTouch(by: Role, other: Role): boolean {
  return other !== 'owner' && (other !== 'moderator' || by === 'owner');
}

// Calling somebody up means something where not everybody speaks unasked, and for who has raised a hand.
function floorMatters(roster: Roster, person: Person): boolean {
  const settings = roster.meeting?.settings;
  if (isHost(person.role) || person.role === 'presenter') return person.floor === true;
  return person.floor === true || person.role === 'viewer' || settings?.speak === 'called' || settings?.camera === 'called' || settings?.hands === 'queue';
}

function rolesFor(roster: Roster, role: Role): readonly PersonAction[] {
  const { may } = roster;
  if (role === 'owner' || !mayTouch(roster.role, role)) return [];
  const host: readonly PersonAction[] = may.has('appoint_host') && role !== 'moderator' ? ['make_host'] : [];
  if (!may.has('appoint')) return host;
  const others = [['presenter', 'make_presenter'], ['participant', 'make_participant'], ['viewer', 'make_viewer']] as const;
  return [...host, ...others.flatMap(([other, action]) => (other === role ? [] : [action]))];
}
