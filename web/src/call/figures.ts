// What the browser's statistics say of the own line: loss both ways, delay, and why it sends less than it could.

/** What is read of the entries of RTCPeerConnection.getStats(). Not every browser has all of it. */
export interface Stat {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly localId?: string;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly roundTripTime?: number;
  readonly currentRoundTripTime?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly active?: boolean;
  readonly qualityLimitationReason?: string;
  readonly mediaSourceId?: string;
  readonly height?: number;
  readonly frameHeight?: number;
  readonly framesPerSecond?: number;
}

/** Why pictures leave smaller than the camera or screen gives them. */
export type Limit = 'none' | 'bandwidth' | 'cpu';

export interface Figures {
  /** part of packets, 0 to 1; missing while too few are sent or come to tell */
  readonly lossUp?: number;
  readonly lossDown?: number;
  /** milliseconds there and back */
  readonly roundTrip?: number;
  readonly limit: Limit;
}

export const noFigures: Figures = { limit: 'none' };

/** A part is told of no fewer packets than this: one of five is no loss of 20 %. */
const FEWEST = 40;
/** How much of what was counted before still counts at the next look. */
const MEMORY = 0.6;
/** The browser only learns in these milliseconds how much it can send. */
const WARM_UP = 10_000;
/** Smaller than this part of what the device gives is visibly less sharp. */
const LESS = 0.9;

/** Packets of one direction, the newer ones counting more. */
class Loss {
  #packets = 0;
  #lost = 0;

  add(packets: number, lost: number): number | undefined {
    this.#packets = this.#packets * MEMORY + packets;
    this.#lost = this.#lost * MEMORY + Math.min(lost, packets);
    return this.#packets < FEWEST ? undefined : this.#lost / this.#packets;
  }
}

/** Reads the statistics of one connection again and again. */
export class FigureMeter {
  readonly #up = new Loss();
  readonly #down = new Loss();
  /** counters at the look before */
  #counted = new Map<string, number>();
  /** since when an encoding is known */
  readonly #known = new Map<string, number>();

  read(stats: readonly Stat[], now: number): Figures {
    const next = new Map<string, number>();
    const since = (stat: Stat, counter: 'packetsSent' | 'packetsReceived' | 'packetsLost') => {
      const key = `${stat.id} ${counter}`;
      const value = stat[counter] ?? 0;
      next.set(key, value);
      return Math.max(0, value - (this.#counted.get(key) ?? value));
    };
    const of = (type: string) => stats.filter((stat) => stat.type === type);
    const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);
    const lostUp = sum(of('remote-inbound-rtp').map((stat) => since(stat, 'packetsLost')));
    const lossUp = this.#up.add(sum(of('outbound-rtp').map((stat) => since(stat, 'packetsSent'))), lostUp);
    const lostDown = sum(of('inbound-rtp').map((stat) => since(stat, 'packetsLost')));
    const lossDown = this.#down.add(lostDown + sum(of('inbound-rtp').map((stat) => since(stat, 'packetsReceived'))), lostDown);
    const roundTrip = roundTripOf(stats);
    this.#counted = next;
    return {
      ...(lossUp === undefined ? {} : { lossUp }),
      ...(lossDown === undefined ? {} : { lossDown }),
      ...(roundTrip === undefined ? {} : { roundTrip }),
      limit: this.#limit(stats, now),
    };
  }

  #limit(stats: readonly Stat[], now: number): Limit {
    const heights = new Map(stats.filter(({ type }) => type === 'media-source').map(({ id, height }) => [id, height]));
    const sent = stats.filter(({ type, kind, active, framesPerSecond }) => type === 'outbound-rtp' && kind === 'video' && active !== false && (framesPerSecond ?? 0) > 0);
    let limit: Limit = 'none';
    for (const one of sent) {
      if (!this.#known.has(one.id)) this.#known.set(one.id, now);
      if (now - (this.#known.get(one.id) ?? now) < WARM_UP) continue;
      const best = Math.max(...sent.filter(({ mediaSourceId }) => mediaSourceId === one.mediaSourceId).map(({ frameHeight }) => frameHeight ?? 0));
      const whole = heights.get(one.mediaSourceId ?? '');
      if (whole !== undefined && best >= whole * LESS) continue;
      if (one.qualityLimitationReason === 'bandwidth') return 'bandwidth';
      if (one.qualityLimitationReason === 'cpu') limit = 'cpu';
    }
    return limit;
  }
}

/** Of the way in use; where the browser does not say that, what the server's reports tell. */
function roundTripOf(stats: readonly Stat[]): number | undefined {
  const pair = stats.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated === true && state === 'succeeded');
  const reports = stats.filter(({ type, roundTripTime }) => type === 'remote-inbound-rtp' && roundTripTime !== undefined);
  const seconds = pair?.currentRoundTripTime ?? reports[0]?.roundTripTime;
  return seconds === undefined ? undefined : seconds * 1000;
}
