// Lines and bands, by numbers.

import { expect, test } from 'vitest';
import { axisEnd, bandOf, HEIGHT, lineOf, WIDTH, xOf } from './drawing';

test.each([
  [0, 100_000, 100_000],
  [101_000, 100_000, 200_000],
  [2_400_000, 100_000, 5_000_000],
  [5_000_000, 100_000, 5_000_000],
  [0.07, 0.05, 0.1],
  [0.05, 0.05, 0.05],
  [6, 4, 10],
  [3, 5, 5],
])('up to %d, at least %d, the axis ends at %d', (most, least, end) => {
  expect(axisEnd(most, least)).toBeCloseTo(end, 9);
});

test('now is at the right edge, two minutes ago at the left', () => {
  expect([xOf(200_000, 200_000), xOf(80_000, 200_000)]).toEqual([WIDTH, 0]);
});

test('a line goes through what is known, and not over what is not', () => {
  const points = [{ at: 0, value: 5 }, { at: 1000, value: 10 }, { at: 2000, value: undefined }, { at: 3000, value: 0 }, { at: 20_000, value: 99 }];
  expect(lineOf(points, 120_000, 10)).toBe('M0 50h0.5L5 0M15 100h0.5M100 0h0.5');
});

test('a band holds until the next is known, and ends where nothing is', () => {
  const points = [{ at: 100_000, low: 0, high: 2 }, { at: 101_000, low: 1, high: 1 }, { at: 102_000, low: 0, high: 4 }, { at: 119_000, low: 0, high: 1 }];
  const [first, second, third, ...none] = bandOf(points, 120_000, 4).split('Z').filter(Boolean);
  expect(first).toBe(`M500 50H505V${HEIGHT}H500`);
  expect(second).toBe(`M510 0H530V${HEIGHT}H510`); // four seconds, no more
  expect(third).toBe(`M595 75H600V${HEIGHT}H595`);
  expect(none).toEqual([]);
});
