// When a fault is told of and when it is over, by the look, and which one.

import { expect, test } from 'vitest';
import { judge, nothingKnown, type Look } from './faults';
import { calm, lasts } from './lasting';

const fine: Look = { grade: 'fine', pictures: 3, paused: 0, figures: { limit: 'none' } };
const looks = {
  fine,
  bad: { ...fine, grade: 'bad' },
  some: { ...fine, paused: 1 },
  all: { ...fine, grade: 'bad', paused: 3 },
  shed: { ...fine, paused: 3 },
  none: { ...fine, pictures: 0 },
  lossUp: { ...fine, figures: { limit: 'none', lossUp: 0.08 } },
  lossDown: { ...fine, grade: 'bad', figures: { limit: 'none', lossDown: 0.2, lossUp: 0 } },
  lossOfAnother: { ...fine, grade: 'best', figures: { limit: 'none', lossDown: 0.2 } },
  littleLoss: { ...fine, figures: { limit: 'none', lossUp: 0.02, lossDown: 0.03 } },
  up: { ...fine, figures: { limit: 'bandwidth' } },
  cpu: { ...fine, figures: { limit: 'cpu' } },
  far: { ...fine, figures: { limit: 'none', roundTrip: 700 } },
  near: { ...fine, figures: { limit: 'none', roundTrip: 300 } },
  lossAndAll: { ...fine, grade: 'bad', paused: 3, figures: { limit: 'none', lossUp: 0.08 } },
  farAndAll: { ...fine, paused: 3, figures: { limit: 'none', roundTrip: 700 } },
} as const satisfies Record<string, Look>;

/** [seconds, what is seen in them]; gives what is told at the end of each part. */
function told(...parts: readonly (readonly [number, keyof typeof looks])[]) {
  let now = nothingKnown;
  return parts.map(([seconds, look]) => {
    for (let second = 0; second < seconds; second++) now = judge(now, looks[look], 1000);
    return now.fault;
  });
}

test.each([
  ['nothing is wrong', [[60, 'fine']], [undefined]],
  ['nobody shows anything', [[60, 'none']], [undefined]],
  ['a moment is nothing', [[4, 'all'], [60, 'fine']], [undefined, undefined]],
  ['after five seconds it is told, and ten good ones later it is over', [[4, 'all'], [1, 'all'], [9, 'fine'], [1, 'fine']], [undefined, 'noVideo', 'noVideo', undefined]],
  ['a good moment in between is no end', [[5, 'all'], [9, 'fine'], [2, 'all'], [9, 'fine']], ['noVideo', 'noVideo', 'noVideo', 'noVideo']],
  ['bad in turns comes later', [[3, 'lossUp'], [1, 'fine'], [3, 'lossUp']], [undefined, undefined, 'loss']],
  ['some pictures, then all, then some again', [[5, 'some'], [1, 'all'], [1, 'some']], ['someVideo', 'noVideo', 'someVideo']],
  ['what was told stays what it was until it is over', [[5, 'all'], [5, 'fine']], ['noVideo', 'noVideo']],
  ['the line is fine, and no picture comes: it is the server', [[5, 'shed'], [7, 'shed'], [3, 'all'], [11, 'fine']], ['noVideo', 'server', 'noVideo', undefined]],
  ['what is over beneath something worse is not taken up afterwards', [[6, 'lossUp'], [6, 'lossAndAll'], [3, 'all'], [3, 'fine'], [7, 'fine']], ['loss', 'noVideo', 'noVideo', 'noVideo', undefined]],
  ['loss on the way up', [[5, 'lossUp']], ['loss']],
  ['loss on the way down', [[5, 'lossDown']], ['loss']],
  ['what the server sees come whole got lost before it', [[60, 'lossOfAnother']], [undefined]],
  ['a little loss is repaired', [[60, 'littleLoss']], [undefined]],
  ['one sends too slowly', [[5, 'up']], ['up']],
  ['the computer is too slow', [[5, 'cpu']], ['cpu']],
  ['the way is long', [[5, 'far'], [11, 'near']], ['far', undefined]],
  ['the server says so, and nobody knows why', [[5, 'bad']], ['weak']],
  ['bad in turns in different ways', [[3, 'far'], [3, 'lossUp']], [undefined, 'weak']],
  ['the most important is told', [[5, 'far'], [5, 'farAndAll']], ['far', 'noVideo']],
  ['a computer that is too slow is no line', [[3, 'cpu'], [3, 'fine'], [3, 'cpu']], [undefined, undefined, undefined]],
] as const)('%s', (_, parts, expected) => {
  expect(told(...parts)).toEqual(expected);
});

test('no fault without end: one good stretch of ten seconds ends it, whatever was before', () => {
  let now = lasts(calm, true, 2000);
  for (let step = 0; step < 200; step++) now = lasts(now, step % 3 > 0, 1000);
  expect(now.shown).toBe(true);
  for (let step = 0; step < 10; step++) now = lasts(now, false, 1000);
  expect(now).toEqual(calm);
});

test('a look after a long sleep counts for no more than two seconds', () => {
  expect(lasts(calm, true, 3_600_000).shown).toBe(false);
  expect(lasts({ level: 10_000, shown: true }, false, 3_600_000).shown).toBe(true);
});
