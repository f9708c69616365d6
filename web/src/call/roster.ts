// Who is in the meeting and what was said: the control events folded into one value. Pure.

import type { Person, Said, ServerMessage } from '../api/control.gen';

export interface ChatLine {
  readonly id: string;
  readonly from: string;
  readonly at: number;
  /** undefined: encrypted with a key this client does not have */
  readonly text: string | undefined;
  readonly state: 'said' | 'sending' | 'failed';
}

export interface Roster {
  readonly self: string;
  readonly title: string;
  readonly people: readonly Person[];
  /** Names of everybody seen, also of those who left: their messages stay. */
  readonly names: ReadonlyMap<string, string>;
  readonly chat: readonly ChatLine[];
}

export const emptyRoster: Roster = { self: '', title: '', people: [], names: new Map(), chat: [] };

/** The roster after a message; the same object when nothing changed. */
export function fold(roster: Roster, message: ServerMessage): Roster {
  switch (message.type) {
    case 'welcome': {
      const chat = message.chat.map(lineOf);
      const known = new Set(chat.map((line) => line.id));
      const waiting = roster.chat.filter((line) => line.state !== 'said' && !known.has(line.id));
      return {
        self: message.self,
        title: message.meeting.title,
        people: message.people,
        names: withNames(roster.names, message.people),
        chat: [...chat, ...waiting],
      };
    }
    case 'joined': {
      const others = roster.people.filter((person) => person.id !== message.person.id);
      return { ...roster, people: [...others, message.person], names: withNames(roster.names, [message.person]) };
    }
    case 'left':
      return { ...roster, people: roster.people.filter((person) => person.id !== message.id) };
    case 'changed': {
      const { person } = message;
      const people = roster.people.map((other) => (other.id === person.id ? person : other));
      return { ...roster, people, names: withNames(roster.names, [person]) };
    }
    case 'meeting':
      return { ...roster, title: message.meeting.title };
    case 'edited': {
      const text = message.keyId === 0 ? decodeText(message.body) : undefined;
      return { ...roster, chat: roster.chat.map((line) => (isOf(line, message) ? { ...line, text } : line)) };
    }
    case 'deleted':
      return { ...roster, chat: roster.chat.filter((line) => !isOf(line, message)) };
    case 'away':
    case 'back':
      return { ...roster, people: withAway(roster.people, message.id, message.type === 'away') };
    case 'chat':
      return { ...roster, chat: placed(roster.chat, lineOf(message)) };
    case 'error':
      return message.ref === undefined ? roster : markFailed(roster, message.ref);
    default:
      return roster;
  }
}

/** Adds what the person just typed; it counts as said only when the server sends it back. */
export function addSending(roster: Roster, id: string, text: string, at: number): Roster {
  return { ...roster, chat: [...roster.chat, { id, from: roster.self, at, text, state: 'sending' }] };
}

function placed(chat: readonly ChatLine[], line: ChatLine): readonly ChatLine[] {
  const rest = chat.filter((other) => other.id !== line.id);
  const firstWaiting = rest.findIndex((other) => other.state !== 'said');
  return firstWaiting < 0 ? [...rest, line] : rest.toSpliced(firstWaiting, 0, line);
}

function isOf(line: ChatLine, message: { readonly id: string; readonly from: string }): boolean {
  return line.id === message.id && line.from === message.from;
}

function markFailed(roster: Roster, id: string): Roster {
  const chat = roster.chat.map((line) => (line.id === id && line.state === 'sending' ? { ...line, state: 'failed' as const } : line));
  return { ...roster, chat };
}

function withAway(people: readonly Person[], id: string, away: boolean): readonly Person[] {
  return people.map((person) => (person.id === id ? { ...person, away } : person));
}

function withNames(names: ReadonlyMap<string, string>, people: readonly Person[]): ReadonlyMap<string, string> {
  const all = new Map(names);
  for (const person of people) all.set(person.id, person.name);
  return all;
}

function lineOf(said: Said): ChatLine {
  const text = said.keyId === 0 ? decodeText(said.body) : undefined;
  return { id: said.id, from: said.from, at: said.at, text, state: 'said' };
}

/** UTF-8 text as the base64 that goes over the wire. */
export function encodeText(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

/** The text in base64 from the wire; undefined when it is not base64 at all. Wrong UTF-8 shows as replacement signs. */
export function decodeText(body: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
