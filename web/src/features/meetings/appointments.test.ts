import { expect, test } from 'vitest';
import { fitting, tooLate } from './appointments';

const at = (hour: number, minute = 0) => new Date(2026, 10, 30, hour, minute);
const dates = [{ date: '2026-11-30', start: at(9).toISOString(), end: at(10).toISOString() }];
const wish = { date: '2026-11-30', time: '09:00', minutes: 20, pause: 5, count: 2 };

test('as many as fit are offered, and more are warned of', () => {
  expect(fitting(dates, 20, 5)).toBe(2);
  expect(fitting([], 20, 5)).toBe(6);
  expect(tooLate(dates, wish)).toBeUndefined();
  expect(tooLate(dates, { ...wish, count: 6 })).toEqual({ last: at(11, 25).getTime(), end: at(10).getTime() });
  expect(tooLate(dates, { ...wish, date: '2026-12-01', count: 6 })).toBeUndefined();
});
