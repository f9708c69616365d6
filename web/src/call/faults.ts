// What is wrong with the own line: from what the server says of it and what the browser counts, to one fault that a
// person can be told. Pure.

import type { Figures } from './figures';
import { MOST_PASSED, calm, lasts, type Lasting } from './lasting';

/**
 * noVideo, someVideo: the server pauses all or some of the pictures, sound goes first. server: it does so because it has too
 * much to do itself. loss: packets get lost. up: the
 * line sends too slowly. cpu: the computer is too slow. far: answers take long. weak: bad in some other way. The most
 * important first.
 */
export const faults = ['noVideo', 'someVideo', 'server', 'loss', 'up', 'cpu', 'far', 'weak'] as const;
export type Fault = (typeof faults)[number];

/** How the media server grades a line; best where it sees hardly a packet lost on it. */
export type Grade = 'unknown' | 'best' | 'fine' | 'bad';

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
/**
 * A line that does not carry its pictures is graded as bad, at the latest after this long (milliseconds); where all are
 * paused and the grade stays good, the server leaves them out for its own sake.
 */
const GRADED_AFTER = 12_000;

type Cause = Exclude<Fault, 'noVideo' | 'someVideo' | 'server'> | 'paused';
const causes: readonly Cause[] = ['paused', 'loss', 'up', 'cpu', 'far', 'weak'];

function isBad(cause: Cause, { grade, paused, figures }: Look): boolean {
  const { lossUp = 0, lossDown = 0, roundTrip = 0, limit } = figures;
  switch (cause) {
    case 'paused':
      return paused > 0;
    case 'loss':
      return lossUp >= LOSS || (lossDown >= LOSS && grade !== 'best'); // else it is the line of who sends that loses them
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
  /** which of the pictures' faults it was the last time that some were paused */
  readonly pictures: 'noVideo' | 'someVideo' | 'server';
  /** for how long all pictures have been paused while the line is graded as good (milliseconds) */
  readonly spared: number;
  readonly cause: Cause | undefined;
  readonly fault: Fault | undefined;
}

export const nothingKnown: Judgement = { lasting: { paused: calm, loss: calm, up: calm, cpu: calm, far: calm, weak: calm }, pictures: 'someVideo', spared: 0, cause: undefined, fault: undefined };

/** One more look, so many milliseconds after the one before. */
export function judge(before: Judgement, look: Look, passed: number): Judgement {
  const lasting = { ...before.lasting };
  for (const cause of causes) lasting[cause] = lasts(before.lasting[cause], isBad(cause, look), passed);
  const all = look.paused > 0 && look.paused === look.pictures;
  const spared = all && (look.grade === 'fine' || look.grade === 'best') ? before.spared + Math.min(passed, MOST_PASSED) : 0;
  const pictures = look.paused === 0 ? before.pictures : !all ? 'someVideo' : spared >= GRADED_AFTER ? 'server' : 'noVideo';
  // What is on its way out is told to its end, and not taken up when something more important ends.
  const cause = causes.find((one) => lasting[one].shown && (one === before.cause || isBad(one, look)));
  return { lasting, pictures, spared, cause, fault: cause === 'paused' ? pictures : cause };
}
