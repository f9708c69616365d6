// The tiles: roster (names, order) and media (sound, picture) brought together. Pure.

import type { Person } from '../api/control.gen';
import type { MediaPerson, Playable } from './persons';
import { handsUp, type Roster } from './roster';

export interface Tile {
  /** identity and source: one tile each, stable as long as it is there */
  readonly key: string;
  /** of the person; a further device's screen is its person's */
  readonly identity: string;
  /** undefined: in the media room, but not (yet) in the roster. Shown all the same: nobody is hidden. */
  readonly name: string | undefined;
  /** second: the camera of a further device, where the person is seen by another one already */
  readonly source: 'camera' | 'second' | 'screen';
  readonly self: boolean;
  /** the person's connection is broken: what is seen is the last that came */
  readonly away: boolean;
  /** the person's line is bad */
  readonly weak: boolean;
  /** the server has paused the picture: what would be seen is the last that came */
  readonly paused: boolean;
  /** the server has paused the sound that belongs to the picture */
  readonly hushed: boolean;
  readonly muted: boolean;
  readonly speaking: boolean;
  /** the place among the raised hands; 0: the hand is down */
  readonly hand: number;
  /** shown for some seconds */
  readonly reaction: string | undefined;
  readonly video: Playable | undefined;
  readonly audio: Playable | undefined;
}

/** One person with all its devices in the media room. */
interface Somebody {
  readonly identity: string;
  readonly person: Person | undefined;
  readonly devices: readonly MediaPerson[];
}

/** One tile per person, oneself first, then in the order of coming; after each person's own their shared screens. */
export function tilesOf(
  roster: Roster,
  media: readonly MediaPerson[],
  reactions: ReadonlyMap<string, string> = new Map(),
  before: readonly Tile[] = [],
  weak: ReadonlySet<string> = new Set(),
): readonly Tile[] {
  const places = new Map(handsUp(roster.people).map((person, index) => [person.id, index + 1]));
  const all = everybody(roster, media).sort((a, b) => Number(b.identity === roster.person) - Number(a.identity === roster.person));
  const tiles = all.flatMap((one) => tilesOfOne(roster, one, places.get(one.identity) ?? 0, reactions.get(one.identity), weak));
  return reuse(tiles, before);
}

function everybody(roster: Roster, media: readonly MediaPerson[]): Somebody[] {
  const byIdentity = new Map(media.map((device) => [device.identity, device]));
  const known = new Set<string>();
  const people = roster.people.map((person) => {
    const identities = [person.id, ...(person.companions ?? [])];
    for (const identity of identities) known.add(identity);
    return { identity: person.id, person, devices: identities.flatMap((identity) => byIdentity.get(identity) ?? []) };
  });
  const unknown = media.filter((device) => !known.has(device.identity));
  return [...people, ...unknown.map((device) => ({ identity: device.identity, person: undefined, devices: [device] }))];
}

function tilesOfOne(roster: Roster, { identity, person, devices }: Somebody, hand: number, reaction: string | undefined, weak: ReadonlySet<string>): readonly Tile[] {
  const self = identity === roster.person;
  const away = !self && person?.away === true;
  const weakOf = (...of: readonly (MediaPerson | undefined)[]) => !self && !away && of.some((device) => device && weak.has(device.identity));
  const voice = devices.find((device) => !device.muted) ?? devices[0];
  const common = { identity, name: roster.names.get(identity), self, away };
  const silent = { hushed: false, muted: true, speaking: false, hand: 0, reaction: undefined, audio: undefined };
  const [first, ...seconds] = devices.filter((device) => device.camera);
  const own: Tile = {
    ...common,
    key: `${identity}/camera`,
    source: 'camera',
    weak: weakOf(voice, first),
    paused: first?.pausedPictures.has('camera') === true,
    hushed: false,
    muted: voice?.muted ?? true,
    speaking: voice !== undefined && voice.speaking && !voice.muted && !away,
    hand,
    reaction,
    video: first?.camera,
    audio: voice?.voice,
  };
  const cameras = seconds.map(
    (device): Tile => ({
      ...common, ...silent, key: `${device.identity}/camera`, source: 'second', video: device.camera,
      weak: weakOf(device), paused: device.pausedPictures.has('camera'),
    }),
  );
  const screens = devices.flatMap((device): readonly Tile[] => {
    if (!device.screen) return [];
    const key = `${device.identity}/screen`;
    return [{
      ...common, ...silent, key, source: 'screen', muted: !device.screenSound, video: device.screen,
      weak: weakOf(device), paused: device.pausedPictures.has('screen'), hushed: !self && device.pausedSound,
      audio: self ? undefined : device.screenSound, // of a further device: it sounds there
    }];
  });
  return [own, ...cameras, ...screens];
}

// Equal tiles stay the same objects, and so does the list, so that only what changed is drawn again.
function reuse(tiles: readonly Tile[], before: readonly Tile[]): readonly Tile[] {
  const old = new Map(before.map((tile) => [tile.key, tile]));
  const merged = tiles.map((tile) => {
    const same = old.get(tile.key);
    return same && equal(same, tile) ? same : tile;
  });
  return merged.length === before.length && merged.every((tile, index) => tile === before[index]) ? before : merged;
}

function equal(a: Tile, b: Tile): boolean {
  return (Object.keys(a) as (keyof Tile)[]).every((field) => a[field] === b[field]);
}
