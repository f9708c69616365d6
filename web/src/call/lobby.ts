// What somebody knows who waits. Pure.

import type { Lobby, Notice, ServerMessage, Wait } from '../api/control.gen';
import type { Address, Kind, Level } from '../api/rules.gen';
import { decodeText } from './chat';

/** Something that a host told those who wait, or one of them the hosts. */
export interface Told {
  readonly at: number;
  /** undefined: encrypted with a key this client does not have */
  readonly text: string | undefined;
}

export interface LobbyView {
  readonly title: string;
  /** who invites; '': nobody has said */
  readonly host: string;
  readonly kind: Kind;
  readonly level: Level;
  readonly address: Address;
  readonly why: Wait;
  /** how the hosts see this person */
  readonly name: string;
  readonly told: readonly Told[];
  /** what this person told the hosts, as far as they still see it */
  readonly asked: readonly Told[];
  /** it may tell them something now */
  readonly mayAsk: boolean;
}

/** The lobby after a message; undefined: this person does not wait. */
export function foldLobby(lobby: LobbyView | undefined, message: ServerMessage): LobbyView | undefined {
  switch (message.type) {
    case 'lobby':
      return viewOf(message);
    case 'notice':
      return lobby && { ...lobby, told: [...lobby.told, toldOf(message)] };
    case 'welcome':
      return undefined;
    default:
      return lobby;
  }
}

function viewOf({ title, host, kind, level, address, why, name, notices, asked, may }: Lobby): LobbyView {
  return { title: title ?? '', host: host ?? '', kind, level, address, why, name, told: notices.map(toldOf), asked: asked.map(toldOf), mayAsk: may };
}

export function toldOf({ at, keyId, body }: Omit<Notice, 'type'>): Told {
  return { at, text: keyId === 0 ? decodeText(body) : undefined };
}
