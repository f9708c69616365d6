// Who is in the meeting, who waits, what this person may, and what was said: the control events folded into one value. Pure.

import type { Info, Person, ServerMessage, Waiting } from '../api/control.gen';
import type { Action, Role } from '../api/rules.gen';
import { edited, failed, fileOf, lineOf, placed, without, type ChatLine, type FileLine } from './chat';
import { toldOf, type Told } from './lobby';

/** Somebody who waits, with what it told the hosts. */
export interface Knocker extends Omit<Waiting, 'asked'> {
  readonly asked?: readonly Told[];
}

export interface Roster {
  /** the identity of this device in the media room */
  readonly self: string;
  /** the own id among the people: self, unless this is somebody's further device */
  readonly person: string;
  readonly role: Role;
  readonly may: ReadonlySet<Action>;
  readonly title: string;
  /** undefined: not in yet */
  readonly meeting: Info | undefined;
  readonly people: readonly Person[];
  /** how many more are in, whom this person does not see */
  readonly crowd: number;
  /** in the lobby, for who may see it */
  readonly waiting: readonly Knocker[];
  /** Names of everybody seen, also of those who left: their messages stay. */
  readonly names: ReadonlyMap<string, string>;
  readonly chat: readonly ChatLine[];
  readonly files: readonly FileLine[];
}

export const emptyRoster: Roster = {
  self: '', person: '', role: 'participant', may: new Set(), title: '', meeting: undefined, people: [], crowd: 0, waiting: [], names: new Map(), chat: [], files: [],
};

/** The roster after a message; the same object when nothing changed. */
export function fold(roster: Roster, message: ServerMessage): Roster {
  switch (message.type) {
    case 'welcome': {
      const chat = message.chat.map(lineOf);
      const known = new Set(chat.map((line) => line.id));
      const sending = roster.chat.filter((line) => line.state !== 'said' && !known.has(line.id));
      return {
        self: message.self,
        person: message.person,
        role: message.role,
        may: new Set(message.may),
        title: message.meeting.title,
        meeting: message.meeting,
        people: message.people,
        crowd: message.crowd ?? 0,
        waiting: message.waiting.map(knockerOf),
        names: withNames(roster.names, message.people),
        chat: [...chat, ...sending.map((line) => ({ ...line, from: message.person }))],
        files: message.files.map(fileOf),
      };
    }
    case 'lobby':
      return emptyRoster; // what it knew of the meeting is over
    case 'meeting':
      return { ...roster, meeting: message.meeting, title: message.meeting.title };
    case 'joined':
    case 'changed':
      return { ...roster, people: replaced(roster.people, message.person), names: withNames(roster.names, [message.person]) };
    case 'left':
      return { ...roster, people: roster.people.filter((person) => person.id !== message.id) };
    case 'away':
    case 'back':
      return { ...roster, people: withAway(roster.people, message.id, message.type === 'away') };
    case 'crowd':
      return { ...roster, crowd: message.people };
    case 'knocked':
      return { ...roster, waiting: replaced(roster.waiting, knockerOf(message.person)), names: withNames(roster.names, [message.person]) };
    case 'wait_over':
      return { ...roster, waiting: roster.waiting.filter((person) => person.id !== message.id) };
    case 'chat':
      return { ...roster, chat: placed(roster.chat, lineOf(message)) };
    case 'edited':
      return { ...roster, chat: edited(roster.chat, message, message.keyId, message.body) };
    case 'file':
      return { ...roster, files: [...without(roster.files, message), fileOf(message)] };
    case 'deleted':
      return { ...roster, chat: without(roster.chat, message), files: without(roster.files, message) };
    case 'error':
      return message.ref === undefined ? roster : { ...roster, chat: failed(roster.chat, message.ref, roster.person) };
    default:
      return roster;
  }
}

/** Adds what the person just typed; it counts as said only when the server sends it back. */
export function addSending(roster: Roster, id: string, text: string, at: number, to?: string): Roster {
  return { ...roster, chat: [...roster.chat, { id, from: roster.person, to, at, text, state: 'sending' }] };
}

/** Whose hand is up, in the order in which they went up. */
export function handsUp(people: readonly Person[]): readonly Person[] {
  return people.filter((person) => person.hand).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0));
}

function knockerOf({ asked, ...person }: Waiting): Knocker {
  return asked ? { ...person, asked: asked.map(toldOf) } : person;
}

function replaced<Somebody extends { readonly id: string }>(all: readonly Somebody[], one: Somebody): readonly Somebody[] {
  const known = all.some((other) => other.id === one.id);
  return known ? all.map((other) => (other.id === one.id ? one : other)) : [...all, one];
}

function withAway(people: readonly Person[], id: string, away: boolean): readonly Person[] {
  return people.map((person) => (person.id === id ? { ...person, away } : person));
}

function withNames(names: ReadonlyMap<string, string>, people: readonly { readonly id: string; readonly name: string }[]): ReadonlyMap<string, string> {
  const all = new Map(names);
  for (const person of people) all.set(person.id, person.name);
  return all;
}
