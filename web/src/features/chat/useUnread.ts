import { useRef } from 'react';
import type { Roster } from '../../call';
import { entriesOf } from './entries';

/** How many messages and files of others came since the chat was last open. What was there before joining counts as read. */
export function useUnread(roster: Roster, open: boolean): number {
  const read = useRef<Set<string>>(undefined);
  const entries = entriesOf(roster);
  if (read.current === undefined || open) read.current = new Set(entries.map((entry) => entry.key));
  const seen = read.current;
  return entries.filter((entry) => entry.from !== roster.person && !seen.has(entry.key)).length;
}
