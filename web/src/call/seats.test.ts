import { expect, test } from 'vitest';
import { seat } from './seats';

test.each<[string, string[], string[], string[]]>([
  ['the first ones sit in order', [], ['a', 'b'], ['a', 'b']],
  ['who comes sits at the end', ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c']],
  ['order of the list does not move anybody', ['a', 'b', 'c'], ['c', 'b', 'a'], ['a', 'b', 'c']],
  ['only the last one moves into a gap', ['a', 'b', 'c', 'd'], ['a', 'c', 'd'], ['a', 'd', 'c']],
  ['the last one goes', ['a', 'b', 'c'], ['a', 'b'], ['a', 'b']],
  ['two gaps', ['a', 'b', 'c', 'd', 'e'], ['b', 'd', 'e'], ['e', 'b', 'd']],
  ['a newcomer takes the gap', ['a', 'b', 'c'], ['a', 'c', 'n'], ['a', 'n', 'c']],
  ['all go', ['a', 'b'], [], []],
])('%s', (_, before, present, after) => {
  expect(seat(before, present)).toEqual(after);
});
