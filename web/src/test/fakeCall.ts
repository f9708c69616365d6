// A call without a network: tests and stories set its values and look at its orders.

import type { Asked, CallDevice, CallView, Declined, DeviceChoice, DeviceFailure, Fault, Help, LobbyView, Maintenance, Manner, News, Order, Own, OwnSource, Phase, Ref, Roster, Tile, Transfer, Trouble } from '../call';
import type { Hearing } from '../api';
import { Cell } from '../value';
import { info, participates, somebody } from './meeting';

const names = ['Anna Berg', 'Bülent Çelik', 'Dr. Carla von Hohenstein-Wittgenstein', 'Dao', 'Emil Ünal', 'Franz', 'Grażyna Nowak', 'Hoa Trần', 'Ines', 'Jörg Maß', 'Kim Lee', 'Lena Ott'];

export class FakeCall implements CallView {
  readonly phase = new Cell<Phase>({ kind: 'in' });
  readonly lobby = new Cell<LobbyView | undefined>(undefined);
  readonly roster: Cell<Roster>;
  readonly tiles: Cell<readonly Tile[]>;
  readonly own = new Cell<Own>({ microphone: 'off', camera: 'off', screen: 'off' });
  readonly audience = new Cell<readonly Hearing[]>([]);
  readonly asked = new Cell<Asked | undefined>(undefined);
  readonly stopped = new Cell<Asked | undefined>(undefined);
  readonly declined = new Cell<Declined | undefined>(undefined);
  readonly transfers = new Cell<readonly Transfer[]>([]);
  readonly pass = new Cell<string | undefined>(undefined);
  readonly trouble = new Cell<Trouble | undefined>(undefined);
  readonly help = new Cell<Help>({ code: undefined, watched: false });
  readonly fault = new Cell<Fault | undefined>(undefined);
  readonly maintenance = new Cell<Maintenance | undefined>(undefined);
  readonly ready = new Cell(true);
  readonly news = new Cell<News>({ joined: [], left: [], messageFrom: undefined });
  readonly deviceFailure = new Cell<DeviceFailure | undefined>(undefined);
  readonly devices = new Cell<DeviceChoice>({ microphone: undefined, camera: undefined });
  readonly manner = new Cell<Manner>({ screen: 'text', music: false });
  readonly orders: string[] = [];
  /** what was asked of the meeting, as it goes to the server */
  readonly asks: Order[] = [];

  /** A discussion of `count` people, oneself ("p0") included, who takes part. */
  constructor(count = 1) {
    const people = Array.from({ length: count }, (_, index) => somebody(`p${index}`, names[index % names.length] ?? '', { joinedAt: index }));
    this.roster = new Cell<Roster>({
      self: 'p0', person: 'p0', role: 'participant', may: new Set(participates), title: 'Elternabend 7b', meeting: info(), people, crowd: 0, waiting: [],
      names: new Map(people.map(({ id, name }) => [id, name])), chat: [], files: [],
    });
    this.tiles = new Cell<readonly Tile[]>(people.map(({ id, name }) => fakeTile(id, name)));
  }

  /** Changes something about the meeting as this person knows it. */
  know(change: Partial<Roster>): void {
    this.roster.set({ ...this.roster.get(), ...change });
  }

  set(source: OwnSource, on: boolean): void {
    this.orders.push(`${source} ${on ? 'on' : 'off'}`);
    this.own.set({ ...this.own.get(), [source]: on ? 'on' : 'off' });
  }

  say(text: string, to?: string): void {
    this.orders.push(to === undefined ? `say ${text}` : `say to ${to} ${text}`);
  }

  edit(id: string, text: string): void {
    this.orders.push(`edit ${id} ${text}`);
  }

  erase({ id, from }: Ref): void {
    this.orders.push(`erase ${from} ${id}`);
  }

  give(file: File, to?: string): void {
    this.orders.push(`give ${file.name} ${to ?? ''}`.trim());
  }

  get({ id, from }: Ref, name: string): void {
    this.orders.push(`get ${from} ${id} ${name}`);
  }

  dismissTransfer(id: string): void {
    this.transfers.set(this.transfers.get().filter((transfer) => transfer.id !== id));
  }

  order(order: Order): void {
    this.asks.push(order);
  }

  tellWaiting(text: string, ids?: readonly string[]): void {
    this.orders.push(`tell ${ids?.join(',') ?? 'all'} ${text}`);
  }

  askHosts(text: string): void {
    this.orders.push(`ask hosts ${text}`);
  }

  answer(yes: boolean): void {
    this.orders.push(`answer ${yes ? 'yes' : 'no'}`);
    this.asked.set(undefined);
  }

  prefer(change: Partial<Manner>): void {
    this.manner.set({ ...this.manner.get(), ...change });
  }

  choose(device: CallDevice, id: string): void {
    this.orders.push(`use ${device} ${id}`);
    this.devices.set({ ...this.devices.get(), [device]: id });
  }

  startSound(): void {
    this.orders.push('sound');
  }

  dismissDeviceFailure(): void {
    this.deviceFailure.set(undefined);
  }

  leave(): void {
    this.orders.push('leave');
    this.phase.set({ kind: 'left', how: 'left' });
  }

  close(): void {
    this.orders.push('close');
    this.phase.set({ kind: 'left', how: 'left' });
  }
}

export function fakeTile(identity: string, name: string, change: Partial<Tile> = {}): Tile {
  const source = change.source ?? 'camera';
  return {
    key: `${identity}/${source}`,
    identity,
    name,
    source,
    self: identity === 'p0',
    away: false,
    weak: false,
    paused: false,
    hushed: false,
    muted: true,
    speaking: false,
    hand: 0,
    reaction: undefined,
    video: undefined,
    audio: undefined,
    ...change,
  };
}
