// What the interface sees of a call: values to watch and orders to give. Call is the real one.

import type { ChatRequest, ClientMessage, DeleteRequest, EditRequest, GetFileRequest, Hearing, JoinRequest, LeaveRequest, PingRequest, RejoinRequest, SendFileRequest, TokenRequest } from '../api/control.gen';
import type { FailureCode } from '../errors';
import type { Value } from '../value';
import type { Ref } from './chat';
import type { Asked, Declined } from './conduct';
import type { CallDevice } from './devices';
import type { Fault } from './faults';
import type { Transfer } from './files';
import type { Help } from './help';
import type { LobbyView } from './lobby';
import type { Manner } from './manner';
import type { News } from './news';
import type { DeviceChoice } from './room';
import type { Roster } from './roster';
import type { OwnSource, OwnState } from './sources';
import type { Tile } from './tiles';
import type { Trouble } from './trouble';

/** How a stay ended that did not fail. */
export type Ending = 'left' | 'ended' | 'removed' | 'refused' | 'companion' | 'deleted';

export type Phase =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'in' }
  | { readonly kind: 'left'; readonly how: Ending }
  | { readonly kind: 'failed'; readonly code: FailureCode };

/** The server is about to be stopped. */
export interface Maintenance {
  /** when at the latest, ms since 1970; undefined: when everybody has left */
  readonly until: number | undefined;
}

/** What is wrong with a device, and with which where that is known. */
export interface DeviceFailure {
  readonly code: FailureCode;
  readonly source: OwnSource | undefined;
}

export type Own = Readonly<Record<OwnSource, OwnState>>;

/** What a person asks of the meeting that is answered by an event, or declined. */
export type Order = Exclude<
  ClientMessage,
  JoinRequest | RejoinRequest | TokenRequest | PingRequest | LeaveRequest | ChatRequest | EditRequest | DeleteRequest | SendFileRequest | GetFileRequest
>;

export interface CallView {
  readonly phase: Value<Phase>;
  /** while this person waits */
  readonly lobby: Value<LobbyView | undefined>;
  readonly roster: Value<Roster>;
  readonly tiles: Value<readonly Tile[]>;
  readonly own: Value<Own>;
  /** What the server receives of this person's devices, and to whom it forwards that now. */
  readonly audience: Value<readonly Hearing[]>;
  readonly asked: Value<Asked | undefined>;
  /** The own device that a host switched off last. */
  readonly stopped: Value<Asked | undefined>;
  readonly declined: Value<Declined | undefined>;
  /** Files that are on their way to the server. */
  readonly transfers: Value<readonly Transfer[]>;
  /** The secret by which a further device joins, once it was asked for. */
  readonly pass: Value<string | undefined>;
  /** The code by which the support may see figures of this connection, and whether it does. */
  readonly help: Value<Help>;
  readonly trouble: Value<Trouble | undefined>;
  /** What has been wrong with the own line for a while. */
  readonly fault: Value<Fault | undefined>;
  readonly maintenance: Value<Maintenance | undefined>;
  /** Sound and picture have been connected at least once. */
  readonly ready: Value<boolean>;
  readonly news: Value<News>;
  readonly deviceFailure: Value<DeviceFailure | undefined>;
  /** What the person chose, or what took its place; undefined: the browser's default. */
  readonly devices: Value<DeviceChoice>;
  /** How this person's screen and microphone are sent. */
  readonly manner: Value<Manner>;

  /** Switches a source on or off. On is a wish: watch `own` for when the server has it. */
  set(source: OwnSource, on: boolean): void;
  /** Says it to everybody, or to one person. It is shown as being sent until the server gives it back. */
  say(text: string, to?: string): void;
  /** Replaces an own message. */
  edit(id: string, text: string): void;
  /** Deletes a message or a file. */
  erase(what: Ref): void;
  /** Gives a file to everybody, or to one person. */
  give(file: File, to?: string): void;
  /** Gets a file, which the browser keeps under the name. */
  get(what: Ref, name: string): void;
  dismissTransfer(id: string): void;
  order(order: Order): void;
  /** Tells those who wait something: all of them, or some. */
  tellWaiting(text: string, ids?: readonly string[]): void;
  /** tells hosts something while this person waits: at most 1 KiB */
  askHosts(text: string): void;
  /** Answers a host who asked to switch a device on. */
  answer(yes: boolean): void;
  /** Uses this device from now on. */
  choose(device: CallDevice, id: string): void;
  /** Sends in this manner from now on, also what is sent already. */
  prefer(change: Partial<Manner>): void;
  startSound(): void;
  dismissDeviceFailure(): void;
  /** Gives up the place for good: a ticket that would bring it back is forgotten. */
  leave(): void;
  /** Gives up the place because the page goes; who loads it anew gets it back. */
  close(): void;
}
