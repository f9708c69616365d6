// The tiles: roster (names, order) and media (sound, picture) brought together. Pure.

import type { MediaPerson, Playable } from './persons';
import type { Roster } from './roster';

export interface Tile {
  /** identity and source: one tile each, stable as long as it is there */
  readonly key: string;
  readonly identity: string;
  /** undefined: in the media room, but not (yet) in the roster. Shown all the same: nobody is hidden. */
  readonly name: string | undefined;
  readonly source: 'camera' | 'screen';
  readonly self: boolean;
  /** the person's connection is broken: what is seen is the last that came */
  readonly away: boolean;
  readonly muted: boolean;
  readonly speaking: boolean;
  readonly video: Playable | undefined;
  readonly audio: Playable | undefined;
}

/** One tile per person, oneself first, then in the order of coming; after each person's own their shared screen. */
export function tilesOf(roster: Roster, media: readonly MediaPerson[], before: readonly Tile[] = []): readonly Tile[] {
  const byIdentity = new Map(media.map((person) => [person.identity, person]));
  const inRoster = roster.people.map((person) => person.id);
  const known = new Set(inRoster);
  const unknown = media.map((person) => person.identity).filter((identity) => !known.has(identity));
  const order = [...inRoster, ...unknown].sort((a, b) => Number(b === roster.self) - Number(a === roster.self));
  const tiles = order.flatMap((identity) => tilesOfOne(roster, identity, byIdentity.get(identity)));
  return reuse(tiles, before);
}

function tilesOfOne(roster: Roster, identity: string, media: MediaPerson | undefined): readonly Tile[] {
  const self = identity === roster.self;
  const away = !self && roster.people.some((person) => person.id === identity && person.away === true);
  const common = { identity, name: roster.names.get(identity), self, away };
  const person: Tile = {
    ...common,
    key: `${identity}/camera`,
    source: 'camera',
    muted: media?.muted ?? true,
    speaking: media !== undefined && media.speaking && !media.muted && !away,
    video: media?.camera,
    audio: media?.voice,
  };
  if (!media?.screen) return [person];
  const screen: Tile = {
    ...common,
    key: `${identity}/screen`,
    source: 'screen',
    muted: !media.screenSound,
    speaking: false,
    video: media.screen,
    audio: media.screenSound,
  };
  return [person, screen];
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
