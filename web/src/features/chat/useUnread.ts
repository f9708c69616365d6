import { useRef } from 'react';
import type { ChatLine } from '../../call';

/** How many messages of others came since the chat was last open. What was said before joining counts as read. */
export function useUnread(chat: readonly ChatLine[], self: string, open: boolean): number {
  const read = useRef<Set<string>>(undefined);
  const all = chat.map((line) => line.id);
  if (read.current === undefined || open) read.current = new Set(all);
  const seen = read.current;
  return chat.filter((line) => line.from !== self && !seen.has(line.id)).length;
}
