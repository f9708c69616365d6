// What this person may do now. The server decides; this is for buttons that would not work. Pure.

import type { Role } from '../api/rules.gen';
import type { Roster } from './roster';
import type { OwnSource } from './sources';

/** This is a further device of somebody who is in: without microphone and sound, so that nothing echoes. */
export function isCompanion(roster: Roster): boolean {
  return roster.self !== roster.person;
}

export function maySend(roster: Roster, source: OwnSource): boolean {
  if (roster.meeting?.held) return false;
  const floor = roster.people.some((person) => person.id === roster.person && person.floor === true);
  switch (source) {
    case 'microphone':
      return !isCompanion(roster) && (floor || roster.may.has('speak'));
    case 'camera':
      return floor || roster.may.has('camera');
    case 'screen':
      return roster.may.has('share');
  }
}

/** Whether a direct message reaches somebody: among participants only where everybody may write to everybody. */
export function mayWrite(roster: Roster, to: Role): boolean {
  if (!roster.may.has('chat_private') || roster.meeting === undefined) return false;
  return roster.meeting.settings.direct === 'all' || isHost(roster.role) || isHost(to);
}

export function isHost(role: Role): boolean {
  return role === 'owner' || role === 'moderator';
}
