import { expect, test } from 'vitest';
import type { MeetingView, Schedule } from '../../api';
import { dateText, divide, firstTimes, scheduleOf, timesOf, weekdayName, weekdayOf, zonesWith } from './when';

const now = new Date(2026, 10, 27, 10, 20);

test('the form begins with the next full hour, and crosses midnight with its day', () => {
  expect(firstTimes(now)).toMatchObject({ form: 'always', date: '2026-11-27', time: '11:00' });
  expect(firstTimes(new Date(2026, 11, 31, 23, 30))).toMatchObject({ date: '2027-01-01', time: '00:00' });
});

const schedules: readonly Schedule[] = [
  { form: 'always' },
  { form: 'once', date: '2026-11-30', time: '10:05', minutes: 45, zone: 'Europe/Berlin' },
  { form: 'series', date: '2026-11-30', time: '10:05', minutes: 45, zone: 'Europe/Berlin', rule: { every: 'week', until: '2027-06-30' } },
  { form: 'series', date: '2026-11-30', time: '10:05', minutes: 45, zone: 'Europe/Berlin', rule: { every: 'week', interval: 2, days: ['mo', 'th'], count: 12 }, except: ['2026-12-28'], moved: [{ date: '2026-12-14', to: '2026-12-15', time: '08:00', minutes: 30 }] },
];

test.each(schedules)('what was stored comes back unchanged: %j', (schedule) => {
  expect(scheduleOf(timesOf(schedule, now))).toEqual(schedule);
});

test('another step of a series leaves behind what belonged to the old one', () => {
  const times = timesOf(schedules[3] as Schedule, now);
  expect(scheduleOf({ ...times, every: 'day' }).rule).toEqual({ every: 'day', interval: 2, count: 12 });
  expect(scheduleOf({ ...times, ends: 'until', until: '2027-02-01' }).rule).toEqual({ every: 'week', interval: 2, days: ['mo', 'th'], until: '2027-02-01' });
});

test('days are of no time zone, and a zone that is set can be chosen even where the browser does not list it', () => {
  expect(weekdayOf('2026-11-29')).toBe('su');
  expect(weekdayOf('')).toBeUndefined();
  expect(weekdayName('mo', 'long')).toMatch(/Montag|Monday/);
  expect(dateText('2026-11-30')).toMatch(/30/);
  expect(dateText('soon')).toBe('soon');
  expect(zonesWith('Europe/Somewhere')).toContain('Europe/Somewhere');
  expect(zonesWith('Europe/Berlin').filter((zone) => zone === 'Europe/Berlin')).toHaveLength(1);
});

test('a list is divided by what is on or today, later, always open, over', () => {
  const at = (form: string, ...starts: Date[]) =>
    ({ schedule: { form }, dates: starts.map((start) => ({ date: '', start: start.toISOString(), end: start.toISOString() })) }) as unknown as MeetingView;
  const list = [at('once', new Date(2026, 10, 26, 23)), at('series', new Date(2026, 10, 27, 18)), at('once', new Date(2026, 10, 28, 0)), at('always'), at('once')];
  const parts = divide(list, now);
  expect(parts.today).toEqual([list[0], list[1]]);
  expect(parts.upcoming).toEqual([list[2]]);
  expect(parts.always).toEqual([list[3]]);
  expect(parts.over).toEqual([list[4]]);
});
