// When meetings are: what the form holds, what the server takes, and how a list is divided.

import type { DateView, MeetingView, Move, Schedule } from '../../api';
import { locale, span } from '../../i18n';
import { w } from './words';

export { span as spanText } from '../../i18n';

export type Every = 'day' | 'week' | 'month' | 'monthdays';

/** The days of the week as the server has them, in our order. */
export const weekdays = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;
export type Weekday = (typeof weekdays)[number];

/** What the form for dates holds. */
export interface Times {
  readonly form: 'always' | 'once' | 'series';
  readonly date: string;
  readonly time: string;
  readonly minutes: string;
  readonly every: Every;
  /** every so many days, weeks, months */
  readonly interval: string;
  /** of weekly series; none: the day of the first date */
  readonly days: readonly Weekday[];
  readonly ends: 'until' | 'count';
  readonly until: string;
  readonly count: string;
  /** days of a series that are left out, and dates that are moved */
  readonly except: readonly string[];
  readonly moved: readonly Move[];
  readonly zone: string;
}

const two = (n: number) => String(n).padStart(2, '0');

/** "2026-11-30", by the clock of this browser. */
export function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** "10:05", by the clock of this browser. */
export function timeOf(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What the form begins with: today at the next full hour, for an hour; a series for half a year. */
export function firstTimes(now: Date): Times {
  const start = new Date(now);
  start.setHours(now.getHours() + 1, 0, 0, 0);
  const until = new Date(start);
  until.setMonth(until.getMonth() + 6);
  return {
    form: 'always',
    date: dayOf(start),
    time: `${two(start.getHours())}:00`,
    minutes: '60',
    every: 'week',
    interval: '1',
    days: [],
    ends: 'until',
    until: dayOf(until),
    count: '10',
    except: [],
    moved: [],
    zone: ownZone(),
  };
}

/** The time zone of this browser. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** All that can be chosen, with the browser's and the one that is set: they may go by an older name. */
export function zonesWith(zone: string): readonly string[] {
  return [...new Set([ownZone(), zone, ...Intl.supportedValuesOf('timeZone')])].sort();
}

export function timesOf(schedule: Schedule, now: Date): Times {
  const first = firstTimes(now);
  if (schedule.form === 'always') return first;
  const { date = first.date, time = first.time, minutes = 60, zone = first.zone, rule, except = [], moved = [] } = schedule;
  return {
    form: schedule.form === 'series' ? 'series' : 'once',
    date,
    time,
    minutes: String(minutes),
    every: (rule?.every ?? first.every) as Every,
    interval: String(rule?.interval ?? 1),
    days: weekdays.filter((day) => rule?.days?.includes(day)),
    ends: rule?.count ? 'count' : 'until',
    until: rule?.until ?? first.until,
    count: String(rule?.count ?? first.count),
    except,
    moved,
    zone,
  };
}

export function scheduleOf(times: Times): Schedule {
  const { form, date, time, zone, every, days, except, moved } = times;
  if (form === 'always') return { form };
  const once = { form, date, time, minutes: Number(times.minutes), zone };
  if (form === 'once') return once;
  const interval = Number(times.interval);
  const rule = {
    every,
    ...(interval > 1 ? { interval } : {}),
    ...(every === 'week' && days.length > 0 ? { days } : {}),
    ...(times.ends === 'count' ? { count: Number(times.count) } : { until: times.until }),
  };
  return { ...once, rule, ...(except.length > 0 ? { except } : {}), ...(moved.length > 0 ? { moved } : {}) };
}

/** The day of the week of "2026-11-30"; no day has none. */
export function weekdayOf(date: string): Weekday | undefined {
  const day = noonOf(date).getUTCDay();
  return Number.isNaN(day) ? undefined : weekdays[(day + 6) % 7];
}

/** "Mo" and "Montag". */
export function weekdayName(day: Weekday, length: 'short' | 'long'): string {
  // 2 November 2026 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday: length, timeZone: 'UTC' }).format(Date.UTC(2026, 10, 2 + weekdays.indexOf(day), 12));
}

/** "Mo., 30. Nov. 2026" of "2026-11-30", which is of no time zone. */
export function dateText(date: string): string {
  const noon = noonOf(date);
  if (Number.isNaN(noon.getTime())) return date;
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(noon);
}

const noonOf = (date: string) => new Date(`${date}T12:00:00Z`);

/** A single date that is over already, by the clock of this browser. */
export function isOver({ form, date, time, minutes, zone }: Times, now: Date): boolean {
  if (form !== 'once' || zone !== firstTimes(now).zone) return false;
  return new Date(`${date}T${time}`).getTime() + Number(minutes) * 60_000 <= now.getTime();
}

export interface Parts {
  readonly today: readonly MeetingView[];
  readonly upcoming: readonly MeetingView[];
  readonly always: readonly MeetingView[];
  readonly over: readonly MeetingView[];
}

/** Divides a list that is in order: what is on or comes today, what comes later, what is always open, what is over. */
export function divide(list: readonly MeetingView[], now: Date): Parts {
  const place = (meeting: MeetingView): keyof Parts => {
    if (meeting.schedule.form === 'always') return 'always';
    const next = meeting.dates[0];
    if (!next) return 'over';
    return new Date(next.start) <= now || dayOf(new Date(next.start)) === dayOf(now) ? 'today' : 'upcoming';
  };
  const of = (part: keyof Parts) => list.filter((meeting) => place(meeting) === part);
  return { today: of('today'), upcoming: of('upcoming'), always: of('always'), over: of('over') };
}

/** When a date is; one that was moved says so. */
export function whenText({ start, end, moved = false }: DateView): string {
  const text = span(start, end);
  return moved ? w('date.movedSpan', { span: text }) : text;
}

/** The day of a moment, or of so many milliseconds later. */
export function dayText(at: string, later = 0): string {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' }).format(Date.parse(at) + later);
}
