// The figures of one connection over the last two minutes: they live in the page, and nowhere else. Pure.

import type { Figures } from '../../../api';

/** What the server says of the connection at one moment. */
export type Sample = Figures;

/** So long is drawn (milliseconds). */
export const WINDOW = 120_000;

/** One more, in the order of the server's clock; what is too old goes. */
export function remember(history: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = history.at(-1);
  if (last && sample.at <= last.at) return history; // an answer that was overtaken
  return [...history.filter(({ at }) => at > sample.at - WINDOW), sample];
}

export interface Pictures {
  readonly whole: number;
  readonly lowered: number;
  readonly paused: number;
}

/** How the pictures are that the person sees. */
export function picturesOf({ subscribed }: Sample): Pictures {
  const counts = { whole: 0, lowered: 0, paused: 0 };
  for (const { kind, muted, paused, layer, wanted } of subscribed) {
    if (kind !== 'video' || muted) continue;
    if (paused) counts.paused++;
    else if (layer != null && layer >= 0 && layer < wanted) counts.lowered++;
    else counts.whole++;
  }
  return counts;
}
