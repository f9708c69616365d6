// Sending less over a thin way up. Chromium fills what its estimate says and does not count that sound goes twice (RED); what
// pictures leave it fills with padding, to find out whether a larger one would fit. Over 300 kbit/s it sent 380: a fifth got
// lost, and what was sent again for that filled the way for good. Where the way is that thin and a queue stands in it, only the
// small picture is sent, without a larger one to find room for, and sound is held to less. Firefox tells no estimate, and did
// without. ADR 26.

import { again, type Clock } from './clock';

/** Milliseconds between two looks. */
const LOOK_EVERY = 1000;

/** Bits per second that the way carries by the browser's estimate, and milliseconds by which packets wait in it. */
const THIN = 330_000;
const QUEUE = 100;

/** How many looks in a row make it thin. */
const THIN_LOOKS = 4;

/** For so many looks less is sent, at first; then all is tried again. What fails soon is tried later next time. */
const HOLD = 20;
const LONGEST_HOLD = 160;
const SOON = 15;

/** How much a look at a queue counts for that: it may be a longer way that is taken for one. */
const DOUBT = 1 / 8;

/** So many looks are enough where the way carries more than a thin one. */
const ENOUGH = 10;

/** What is sent of sound then at most, bits per second; RED doubles it. */
const SOUND = 34_000;

/** A microphone of more than this is sent as music, which somebody chose. */
const SPEECH = 64_000;

export interface Thrift {
  readonly saves: boolean;
  /** looks: in a row at a thin way while all is sent, of any sort while less is */
  readonly looks: number;
  /** looks since all is tried again */
  readonly tried: number;
  readonly hold: number;
  /** the shortest round trip so far, milliseconds */
  readonly least: number;
}

export const lavish: Thrift = { saves: false, looks: 0, tried: SOON, hold: HOLD, least: Infinity };

/** What follows from another look: bits per second that the way carries, and its round trip in milliseconds. */
export function look(before: Thrift, carries: number, trip: number): Thrift {
  const least = Math.min(before.least, trip);
  const waits = trip - least > QUEUE;
  const now = { ...before, least };
  if (before.saves) {
    const looks = before.looks + (carries >= THIN ? before.hold / ENOUGH : waits ? DOUBT : 1);
    return looks < before.hold ? { ...now, looks } : { ...now, saves: false, looks: 0, tried: 0 };
  }
  const looks = waits && carries < THIN ? before.looks + 1 : 0;
  const tried = before.tried + 1;
  if (looks < THIN_LOOKS) return { ...now, looks, tried };
  return { ...now, saves: true, looks: 0, hold: tried > SOON ? HOLD : Math.min(2 * before.hold, LONGEST_HOLD) };
}

/** The senders that have something to spare. */
export interface Sending {
  readonly microphone: RTCRtpSender | undefined;
  readonly camera: RTCRtpSender | undefined;
}

/** Sends less while the way up is thin, until the function that it gives is called. */
export function save(clock: Clock, sending: () => Sending): () => void {
  let state = lavish;
  const held = new WeakMap<RTCRtpSender, Taken>();
  const one = async () => {
    const { microphone, camera } = sending();
    const way = (await wayOf(camera)) ?? (await wayOf(microphone));
    if (way) state = look(state, way.carries, way.trip);
    await Promise.allSettled([hold(microphone, quieter), hold(camera, smaller)]); // what is refused is asked again
  };
  /** Holds a sender to less, again where more is asked for meanwhile (dynacast), or gives it back what was taken. */
  const hold = async (sender: RTCRtpSender | undefined, less: (encodings: RTCRtpEncodingParameters[]) => Taken) => {
    const taken = sender && held.get(sender);
    if (!sender || (!state.saves && !taken)) return;
    const parameters = sender.getParameters();
    const { encodings } = parameters;
    if (state.saves) {
      const now = less(encodings);
      if (now.size === 0) return;
      await sender.setParameters(parameters);
      held.set(sender, now);
      return;
    }
    if (!encodings[0]?.active) return; // it is shut, by sender.ts, and gets it back when it is open
    for (const [index, had] of taken ?? []) Object.assign(encodings[index] ?? {}, had);
    await sender.setParameters(parameters);
    held.delete(sender);
  };
  return again(clock, LOOK_EVERY, one); // a sender that is gone has no figures and spares nothing
}

/** What was taken from a sender's encodings, by their index: what each had. */
type Taken = ReadonlyMap<number, Partial<RTCRtpEncodingParameters>>;

function quieter([sound]: RTCRtpEncodingParameters[]): Taken {
  const most = sound?.maxBitrate ?? Infinity;
  if (!sound || most <= SOUND || most > SPEECH) return new Map();
  sound.maxBitrate = SOUND;
  return new Map([[0, { maxBitrate: most }]]);
}

// Whether somebody still watches the larger ones when they come back is not known here: the server says it when that changes.
function smaller(encodings: RTCRtpEncodingParameters[]): Taken {
  const taken = new Map<number, Partial<RTCRtpEncodingParameters>>();
  encodings.forEach((encoding, index) => {
    if (index === 0 || !encoding.active) return;
    encoding.active = false;
    taken.set(index, { active: true });
  });
  return taken;
}

/** What the browser knows of the way that a sender uses; undefined where it does not say. */
async function wayOf(sender: RTCRtpSender | undefined): Promise<{ carries: number; trip: number } | undefined> {
  const stats = await sender?.getStats();
  for (const one of (stats?.values() ?? []) as Iterable<Partial<RTCIceCandidatePairStats>>) {
    const { availableOutgoingBitrate: carries, currentRoundTripTime: trip } = one;
    if (one.type === 'candidate-pair' && one.nominated && carries !== undefined && trip !== undefined) return { carries, trip: 1000 * trip };
  }
  return undefined;
}
