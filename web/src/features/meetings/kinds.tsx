import { BookOpen, CalendarHeart, Landmark, MessagesSquare, Presentation } from 'lucide-react';
import type { ReactNode } from 'react';
import type { KindView, MeetingView } from '../../api';

export type Kind = MeetingView['kind'];
export type Level = MeetingView['level'];

/** The kinds in the order in which they are offered. */
export const kinds: readonly Kind[] = ['discussion', 'class', 'consultation', 'talk', 'council'];

/** Everything that a kind has at a level, as the server says it. */
export type Offer = KindView['levels'][number];

export function offerOf(list: readonly KindView[], kind: Kind, level: Level): Offer | undefined {
  return list.find((one) => one.kind === kind)?.levels.find((one) => one.level === level);
}

export function iconOf(kind: Kind, size = 24): ReactNode {
  const Icon = { discussion: MessagesSquare, class: BookOpen, consultation: CalendarHeart, talk: Presentation, council: Landmark }[kind];
  return <Icon size={size} aria-hidden="true" />;
}
