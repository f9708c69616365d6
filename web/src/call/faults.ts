// What is wrong with the own line: from what the server says of it and what the browser counts, to one fault that a
// person can be told. Pure.

import type { Figures } from './figures';
import { calm, lasts, type Lasting } from './lasting';

/**
 * noVideo, someVideo: the server pauses all or some of the pictures, sound goes first. loss: packets get lost. up: the
 * line sends too slowly. cpu: the computer is too slow. far: answers take long. weak: bad in some other way. The most
 * important first.
 */
export const faults = ['noVideo', 'someVideo', 'loss', 'up', 'cpu', 'far', 'weak'] as const;
export type Fault = (typeof faults)[number];

/** How the media server grades a line. */
export type Grade = 'unknown' | 'fine' | 'bad';

/** What is seen at one look. */
export interface Look {
  readonly grade: Grade;
  /** of others, that come to this person or would */
  readonly pictures: number;
  /** of those, the ones that the server has paused */
  readonly paused: number;
  readonly figures: Figures;
}

/** Part of packets that is lost, and milliseconds there and back, from which a conversation suffers. */
const LOSS = 0.05;
const ROUND_TRIP = 500;

type Cause = Exclude<Fault, 'noVideo' | 'someVideo'> | 'paused';
const causes: readonly Cause[] = ['paused', 'loss', 'up', 'cpu', 'far', 'weak'];

function isBad(cause: Cause, { grade, paused, figures }: Look): boolean {
  const { lossUp = 0, lossDown = 0, roundTrip = 0, limit } = figures;
  switch (cause) {
    case 'paused':
      return paused > 0;
    case 'loss':
      return Math.max(lossUp, lossDown) >= LOSS;
    case 'up':
      return limit === 'bandwidth';
    case 'cpu':
      return limit === 'cpu';
    case 'far':
      return roundTrip >= ROUND_TRIP;
    case 'weak': // whatever else it is, so that a line which is bad in turns is told of too
      return grade === 'bad' || (['paused', 'loss', 'up', 'far'] as const).some((other) => isBad(other, { grade, paused, figures, pictures: 0 }));
  }
}

/** What is known of the own line after some looks. */
export interface Judgement {
  readonly lasting: Readonly<Record<Cause, Lasting>>;
  /** the last time that pictures were paused, all were */
  readonly all: boolean;
  readonly fault: Fault | undefined;
}

export const nothingKnown: Judgement = { lasting: { paused: calm, loss: calm, up: calm, cpu: calm, far: calm, weak: calm }, all: false, fault: undefined };

/** One more look, so many milliseconds after the one before. */
export function judge(before: Judgement, look: Look, passed: number): Judgement {
  const lasting = { ...before.lasting };
  for (const cause of causes) lasting[cause] = lasts(before.lasting[cause], isBad(cause, look), passed);
  const all = look.paused > 0 ? look.paused === look.pictures : before.all;
  const cause = causes.find((one) => lasting[one].shown);
  return { lasting, all, fault: cause === 'paused' ? (all ? 'noVideo' : 'someVideo') : cause };
}
