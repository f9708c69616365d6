// Appointments that follow each other, within the date of their consultation.

import type { MeetingView } from '../../api';
import { dayOf } from './when';

/** As the form holds them. */
export interface Appointments {
  readonly date: string;
  readonly time: string;
  readonly minutes: number;
  readonly pause: number;
  readonly count: number;
}

type Dates = MeetingView['dates'];

/** How many fit into the next date; six where there is none. */
export function fitting(dates: Dates, minutes: number, pause: number): number {
  const [next] = dates;
  if (!next) return 6;
  const length = (Date.parse(next.end) - Date.parse(next.start)) / 60_000;
  return Math.min(100, Math.max(1, Math.floor((length + pause) / (minutes + pause))));
}

/** When the last one ends, if that is after the consultation of that day; undefined: they fit, or there is none that day. */
export function tooLate(dates: Dates, { date, time, minutes, pause, count }: Appointments): { readonly last: number; readonly end: number } | undefined {
  const there = dates.find(({ start }) => dayOf(new Date(start)) === date);
  if (!there) return undefined;
  const last = new Date(`${date}T${time}`).getTime() + (count * minutes + (count - 1) * pause) * 60_000;
  const end = Date.parse(there.end);
  return last > end ? { last, end } : undefined;
}
