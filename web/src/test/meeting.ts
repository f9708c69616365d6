// A meeting as the server tells of it.

import type { Info, Person } from '../api/control.gen';
import type { Action, Settings } from '../api/rules.gen';

/** Those of a discussion at the level internal (docs/kinds.md). */
export const settings: Settings = {
  lobby: 'guests', code: false, guests: 'all', names: 'accounts', before: 'title', start: 'accounts', opensBefore: 0, lock: 'off',
  hostGone: 'ends', hostGoneAfter: 30, speak: 'all', camera: 'all', share: 'all', hands: 'on', reactions: true, chat: 'all', chatLinks: true,
  direct: 'all', files: 'all', fileSize: 20, people: 'all', cameras: 'all', number: true, rename: true, arrivals: 'sound', recording: false,
  stream: false, phone: false, transcript: false, address: 'sie', neutralCalendar: false, keepDays: 30,
};

export function info(change: Partial<Info> = {}): Info {
  return { title: 'Elternabend 7b', host: 'Anna Berg', kind: 'discussion', level: 'internal', settings, startedAt: 0, ...change };
}

export function somebody(id: string, name: string, change: Partial<Person> = {}): Person {
  return { id, name, role: 'participant', joinedAt: 0, ...change };
}

/** What a participant of a discussion may do. */
export const participates: readonly Action[] = [
  'see_people', 'speak', 'camera', 'share', 'chat', 'chat_private', 'send_file', 'raise_hand', 'react', 'rename_self',
];

/** What the owner of one may do. */
export const conducts: readonly Action[] = [
  ...participates, 'admit', 'refuse', 'message_waiting', 'see_waiting', 'mute', 'stop_camera', 'stop_share', 'remove', 'lock', 'hold', 'end', 'hand_over',
  'appoint_host', 'appoint', 'give_floor', 'lower_hand', 'delete_chat', 'rename', 'change_settings',
];
