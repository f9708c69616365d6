import { expect, test } from 'vitest';
import { welcomeMessage } from '../test/fakeSocket';
import { somebody } from '../test/meeting';
import type { MediaPerson } from './persons';
import { emptyRoster, fold } from './roster';
import { tilesOf } from './tiles';

const playable = { attach: () => () => undefined };

function device(identity: string, change: Partial<MediaPerson> = {}): MediaPerson {
  return {
    identity, self: false, speaking: false, muted: true, voice: undefined, camera: undefined, screen: undefined, screenSound: undefined,
    pausedPictures: new Set(), pausedSound: false, grade: 'unknown', ...change,
  };
}

const people = [somebody('a', 'Anna', { companions: ['a2'], hand: 5 }), somebody('b', 'Ben', { hand: 3 })];
const roster = fold(emptyRoster, welcomeMessage({ self: 'b', people }));

test('a further device is no person of its own: its screen is its person\u2019s', () => {
  const tiles = tilesOf(roster, [device('a'), device('a2', { screen: playable, camera: playable }), device('b')]);
  expect(tiles.map(({ key, name, identity }) => [key, name, identity])).toEqual([
    ['b/camera', 'Ben', 'b'],
    ['a/camera', 'Anna', 'a'],
    ['a2/screen', 'Anna', 'a'],
  ]);
  expect(tiles[1]?.video).toBe(playable);
});

test('on the further device the person itself is oneself', () => {
  const elsewhere = fold(emptyRoster, welcomeMessage({ self: 'a2', person: 'a', people }));
  expect(tilesOf(elsewhere, [device('a'), device('a2')]).map(({ identity, self }) => [identity, self])).toEqual([['a', true], ['b', false]]);
});

test('a second camera has a tile of its own, and none while it is the only one', () => {
  const only = tilesOf(roster, [device('a'), device('a2', { camera: playable })]);
  expect(only.map(({ key, video }) => [key, video !== undefined])).toEqual([['b/camera', false], ['a/camera', true]]);
  const both = tilesOf(roster, [device('a', { camera: playable }), device('a2', { camera: playable })]);
  expect(both.map(({ key, source, name }) => [key, source, name])).toEqual([['b/camera', 'camera', 'Ben'], ['a/camera', 'camera', 'Anna'], ['a2/camera', 'second', 'Anna']]);
});

test('the screen of one\u2019s own further device sounds there, not here as well', () => {
  const elsewhere = fold(emptyRoster, welcomeMessage({ self: 'a', people }));
  const sounding = { screen: playable, screenSound: playable };
  const tiles = tilesOf(elsewhere, [device('a'), device('a2', sounding), device('b', sounding)]).filter(({ source }) => source === 'screen');
  expect(tiles.map(({ key, audio }) => [key, audio !== undefined])).toEqual([['a2/screen', false], ['b/screen', true]]);
});

test('the sound of a screen that the server has paused is told at that screen only', () => {
  const tiles = tilesOf(roster, [device('a', { screen: playable, screenSound: playable, pausedSound: true })]);
  expect(tiles.filter(({ hushed }) => hushed).map(({ key }) => key)).toEqual(['a/screen']);
});

test('hands have their place and reactions are shown', () => {
  const tiles = tilesOf(roster, [], new Map([['a', 'clap']]));
  expect(tiles.map(({ name, hand, reaction }) => [name, hand, reaction])).toEqual([['Ben', 1, undefined], ['Anna', 2, 'clap']]);
});

test('who is in the media room without a name is shown all the same', () => {
  expect(tilesOf(roster, [device('x')]).at(-1)).toMatchObject({ identity: 'x', name: undefined });
});

test('what is the same stays the same object', () => {
  const before = tilesOf(roster, [device('a')]);
  expect(tilesOf(roster, [device('a')], new Map(), before)).toBe(before);
});
