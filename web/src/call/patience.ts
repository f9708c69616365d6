// How long sound waits before it is played. A browser keeps that short; where much gets lost, what is sent again then comes too
// late, and the browser makes something up. Whoever listens over such a line, or to somebody who has one, hears more when
// sound waits longer.

import { again, type Clock } from './clock';

/** Milliseconds between two looks, and how much longer sound waits after a bad one, at most, and less after good ones. */
const LOOK_EVERY = 1000;
const MORE = 200;
const MOST = 400;
const LESS = 50;

/** The part of the sound that is made up: bad from here on, good up to there. */
const BAD = 0.02;
const GOOD = 0.005;

/** How many looks in a row must be bad, or good: one may be a moment in which the computer was busy. */
const BAD_LOOKS = 2;
const GOOD_LOOKS = 15;

/** What is known of one receiver. Samples are counted since it began. */
export interface Patience {
  readonly samples: number;
  readonly madeUp: number;
  readonly bad: number;
  readonly good: number;
  /** milliseconds; 0: as the browser likes */
  readonly wait: number;
}

export const none: Patience = { samples: 0, madeUp: 0, bad: 0, good: 0, wait: 0 };

/** What follows from another look. Silence, of which nothing comes, tells nothing. */
export function look(before: Patience, samples: number, madeUp: number): Patience {
  if (samples <= before.samples) return { ...before, samples, madeUp };
  const share = (madeUp - before.madeUp) / (samples - before.samples);
  const bad = share >= BAD ? before.bad + 1 : 0;
  const good = share <= GOOD ? before.good + 1 : 0;
  const now = { samples, madeUp, bad, good, wait: before.wait };
  if (bad >= BAD_LOOKS) return { ...now, wait: Math.min(before.wait + MORE, MOST) };
  if (good >= GOOD_LOOKS) return { ...now, good: 0, wait: Math.max(before.wait - LESS, 0) };
  return now;
}

/** Has sound wait as long as it must, until the function that it gives is called. `receivers` lists those of sound. */
export function listen(clock: Clock, receivers: () => readonly RTCRtpReceiver[]): () => void {
  const known = new WeakMap<RTCRtpReceiver, Patience>();
  const one = async (receiver: RTCRtpReceiver) => {
    const before = known.get(receiver) ?? none;
    const stats = await receiver.getStats();
    for (const report of stats.values() as Iterable<Partial<RTCInboundRtpStreamStats>>) {
      if (report.type !== 'inbound-rtp') continue;
      const now = look(before, report.totalSamplesReceived ?? 0, (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0));
      known.set(receiver, now);
      if (now.wait !== before.wait) receiver.jitterBufferTarget = now.wait || null;
    }
  };
  return again(clock, LOOK_EVERY, () => Promise.all(receivers().map(one))); // a receiver that is gone has no figures
}
