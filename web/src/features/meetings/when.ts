// When meetings are: what the form holds, what the server takes, and how a list is divided.

import type { MeetingView, Schedule } from '../../api';
import { locale } from '../../i18n';

export { span as spanText } from '../../i18n';

export type Every = 'day' | 'week' | 'month' | 'monthdays';

/** What the form for dates holds. */
export interface Times {
  readonly form: 'always' | 'once' | 'series';
  readonly date: string;
  readonly time: string;
  readonly minutes: string;
  readonly every: Every;
  readonly until: string;
  /** Days of a series that are left out; the form keeps them. */
  readonly except: readonly string[];
  /** Of a series that was made elsewhere: what the form has no field for. */
  readonly rule?: Schedule['rule'];
  readonly zone: string;
}

const two = (n: number) => String(n).padStart(2, '0');

/** "2026-11-30", by the clock of this browser. */
export function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
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
    until: dayOf(until),
    except: [],
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

export function timesOf(schedule: Schedule, now: Date): Times {
  const first = firstTimes(now);
  if (schedule.form === 'always') return first;
  const { date = first.date, time = first.time, minutes = 60, zone = first.zone, rule, except = [] } = schedule;
  return {
    form: schedule.form === 'series' ? 'series' : 'once',
    date,
    time,
    minutes: String(minutes),
    every: (rule?.every ?? 'week') as Every,
    until: rule?.until ?? (rule ? '' : first.until),
    except,
    rule,
    zone,
  };
}

export function scheduleOf(times: Times): Schedule {
  const { form, date, time, zone, every, until, rule, except } = times;
  if (form === 'always') return { form };
  const once = { form, date, time, minutes: Number(times.minutes), zone };
  if (form === 'once') return once;
  const kept = rule && rule.every === every ? rule : { every };
  const { until: _, count, ...step } = { ...kept, until: '', count: rule?.count };
  const end = until === '' ? { count: count ?? 10 } : { until };
  return { ...once, rule: { ...step, ...end }, ...(except.length > 0 ? { except } : {}) };
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

/** The day of a moment, or of so many milliseconds later. */
export function dayText(at: string, later = 0): string {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' }).format(Date.parse(at) + later);
}
