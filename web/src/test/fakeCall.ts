// A call without a network: tests and stories set its values and look at its orders.

import { personOf } from './fakeSocket';
import type { CallDevice, CallView, DeviceChoice, Maintenance, Own, OwnSource, Phase, News, Roster, Tile, Trouble } from '../call';
import type { FailureCode } from '../errors';
import { Cell } from '../value';

const names = ['Anna Berg', 'Bülent Çelik', 'Dr. Carla von Hohenstein-Wittgenstein', 'Dao', 'Emil Ünal', 'Franz', 'Grażyna Nowak', 'Hoa Trần', 'Ines', 'Jörg Maß', 'Kim Lee', 'Lena Ott'];

export class FakeCall implements CallView {
  readonly phase = new Cell<Phase>({ kind: 'in' });
  readonly roster: Cell<Roster>;
  readonly tiles: Cell<readonly Tile[]>;
  readonly own = new Cell<Own>({ microphone: 'off', camera: 'off', screen: 'off' });
  readonly trouble = new Cell<Trouble | undefined>(undefined);
  readonly maintenance = new Cell<Maintenance | undefined>(undefined);
  readonly ready = new Cell(true);
  readonly news = new Cell<News>({ joined: [], left: [], messageFrom: undefined });
  readonly deviceFailure = new Cell<FailureCode | undefined>(undefined);
  readonly devices = new Cell<DeviceChoice>({ microphone: undefined, camera: undefined });
  readonly orders: string[] = [];

  /** A meeting of `count` people, oneself ("p0") included. */
  constructor(count = 1) {
    const people = Array.from({ length: count }, (_, index) => personOf(`p${index}`, names[index % names.length] ?? '', { joinedAt: index }));
    this.roster = new Cell<Roster>({ self: 'p0', title: 'Elternabend 7b', people, names: new Map(people.map(({ id, name }) => [id, name])), chat: [] });
    this.tiles = new Cell<readonly Tile[]>(people.map(({ id, name }) => fakeTile(id, name)));
  }

  set(source: OwnSource, on: boolean): void {
    this.orders.push(`${source} ${on ? 'on' : 'off'}`);
    this.own.set({ ...this.own.get(), [source]: on ? 'on' : 'off' });
  }

  say(text: string): void {
    this.orders.push(`say ${text}`);
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
    this.phase.set({ kind: 'left' });
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
    muted: true,
    speaking: false,
    video: undefined,
    audio: undefined,
    ...change,
  };
}
