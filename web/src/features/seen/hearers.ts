// What the panel lists: each thing that this person sends, or that it sends none of it. Pure.

import type { Hearing } from '../../api';

export interface Hearers extends Omit<Hearing, 'device'> {
  /** '': nothing of this kind is sent by any device */
  readonly device: string;
}

/** Microphone, camera and screen always stand there, the others when they are sent. */
export function hearersOf(audience: readonly Hearing[]): readonly Hearers[] {
  const sources = ['microphone', 'camera', 'screen', 'screen_audio'] as const;
  return sources.flatMap((source): readonly Hearers[] => {
    const sent = audience.filter((one) => one.source === source && one.received);
    if (sent.length > 0) return sent;
    return source === 'screen_audio' ? [] : [{ device: '', source, received: false, count: 0, people: [] }];
  });
}
