import { expect, test } from 'vitest';
import { seat } from './seats';

test.each<[string, string[], string[], string[]]>([
  ['the first ones sit in order', [], ['a', 'b'], ['a', 'b']],
  ['who comes sits at the end', ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c']],
  ['order of the list does not move anybody', ['a', 'b', 'c'], ['c', 'b', 'a'], ['a', 'b', 'c']],
  ['who stays keeps the order', ['a', 'b', 'c', 'd'], ['d', 'c', 'a'], ['a', 'c', 'd']],
  ['the last one goes', ['a', 'b', 'c'], ['a', 'b'], ['a', 'b']],
  ['two gaps', ['a', 'b', 'c', 'd', 'e'], ['b', 'd', 'e'], ['b', 'd', 'e']],
  ['a newcomer takes no gap', ['a', 'b', 'c'], ['a', 'c', 'n'], ['a', 'c', 'n']],
  ['all go', ['a', 'b'], [], []],
])('%s', (_, before, present, after) => {
  expect(seat(before, present)).toEqual(after);
});
