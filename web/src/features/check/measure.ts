// What is measured on a way that stands. Every measurement ends by itself, whatever the other side does.

import { Kind, type Link } from './link';
import { median, rateOf, type Sample } from './rate';
import type { Line } from './verdict';

const CHUNK = 16 * 1024;
/**
 * What may be under way at once: half of what came so far, within these bounds. It grows fast, a slow line is soon idle
 * again, and the server takes it as one burst.
 */
const LEAST_AHEAD = 8 * CHUNK;
const MOST_AHEAD = 12 * CHUNK;
/** Bytes up; the server counts no more. Down it sends 4 MiB. */
const MOST_UP = 3 * 2 ** 19;
/** So long something is sent, and so long at most its end is waited for (milliseconds). */
const SEND_FOR = 1500;
const END_AFTER = 3000;
/** For one of the few places for measuring speed. */
const ASK_AGAIN = 1000;
const ASK_TIMES = 12;

const ECHOES = 40;
const EVERY = 20;
const LAST_WAIT = 800;

/** Sends small packets that nobody repeats, and counts what comes back. */
export async function measureLoss(link: Link): Promise<Pick<Line, 'loss' | 'roundTrip'>> {
  const sent: number[] = [];
  const times = new Map<number, number>();
  const stop = link.listen((message) => {
    const number = message[1] ?? 0;
    const at = sent[number];
    if (message[0] === Kind.echo && at !== undefined && !times.has(number)) times.set(number, performance.now() - at);
  });
  for (let number = 0; number < ECHOES; number++) {
    sent.push(performance.now());
    const message = new Uint8Array(200);
    message.set([Kind.echo, number]);
    link.send('lossy', message);
    await pause(EVERY);
  }
  for (let waited = 0; times.size < ECHOES && waited < LAST_WAIT; waited += EVERY) await pause(EVERY);
  stop();
  const roundTrip = median([...times.values()]);
  return { loss: 1 - times.size / ECHOES, ...(roundTrip === undefined ? {} : { roundTrip }) };
}

/** One echo: whether data pass at all, and how long they take (milliseconds). */
export function measureEcho(link: Link): Promise<number> {
  return new Promise((done) => {
    const began = performance.now();
    const stop = link.listen((message) => {
      if (message[0] !== Kind.echo) return;
      stop();
      done(performance.now() - began);
    });
    link.send('reliable', new Uint8Array([Kind.echo, 255]));
  });
}

/** Kilobits a second from the server; undefined when it has no time for that. */
export function measureDown(link: Link): Promise<number | undefined> {
  return whenFree(() => new Transfer(link, Kind.down).run());
}

/** Kilobits a second to the server. */
export function measureUp(link: Link): Promise<number | undefined> {
  return whenFree(() => new Transfer(link, Kind.up).run());
}

/** Tries again while others measure. */
async function whenFree(run: () => Promise<number | 'busy'>): Promise<number | undefined> {
  for (let n = 0; n < ASK_TIMES; n++) {
    const rate = await run();
    if (rate !== 'busy') return rate;
    await pause(ASK_AGAIN);
  }
  return undefined;
}

/** One direction: keeps so much under way and notes when what has come. */
class Transfer {
  readonly #link: Link;
  readonly #kind: typeof Kind.up | typeof Kind.down;
  readonly #began = performance.now();
  readonly #samples: Sample[] = [{ at: this.#began, bytes: 0 }];
  /** asked for, or sent */
  #ordered = 0;
  #came = 0;
  #over = false;
  #done: (rate: number | 'busy') => void = () => undefined;

  constructor(link: Link, kind: typeof Kind.up | typeof Kind.down) {
    this.#link = link;
    this.#kind = kind;
  }

  async run(): Promise<number | 'busy'> {
    const end = setTimeout(() => this.#giveUp(), END_AFTER);
    const stop = this.#link.listen((message) => this.#hear(message));
    const result = await new Promise<number | 'busy'>((done) => {
      this.#done = done;
      this.#order();
    });
    clearTimeout(end);
    stop();
    return result;
  }

  #hear(message: Uint8Array): void {
    // What the other direction is told may come late.
    const told = message[1] === this.#kind ? message[0] : undefined;
    if (told === Kind.busy) this.#done('busy');
    if (told === Kind.enough) this.#over = true;
    if (message[0] === this.#kind) {
      this.#came = this.#kind === Kind.down ? this.#came + message.length : number32(message);
      this.#samples.push({ at: performance.now(), bytes: this.#came });
    }
    this.#over ||= performance.now() - this.#began >= SEND_FOR || (this.#kind === Kind.up && this.#ordered >= MOST_UP);
    if (!this.#over) this.#order();
    else if (this.#came >= this.#ordered || told === Kind.enough) this.#finish();
  }

  #order(): void {
    const ahead = Math.min(Math.max(this.#came / 2, LEAST_AHEAD), MOST_AHEAD);
    const missing = Math.floor((ahead - (this.#ordered - this.#came)) / CHUNK);
    if (missing < 1) return;
    if (this.#kind === Kind.down) this.#link.send('reliable', new Uint8Array([Kind.down, missing]));
    else for (let n = 0; n < missing; n++) this.#link.send('reliable', filled(Kind.up));
    this.#ordered += missing * CHUNK;
  }

  /** It took too long: the time in which nothing more came counts as well. */
  #giveUp(): void {
    this.#samples.push({ at: performance.now(), bytes: this.#came });
    this.#finish();
  }

  #finish(): void {
    this.#done(rateOf(this.#samples));
  }
}

function filled(kind: number): Uint8Array<ArrayBuffer> {
  const message = crypto.getRandomValues(new Uint8Array(CHUNK)); // nothing on the way can make it smaller
  message[0] = kind;
  return message;
}

function number32(message: Uint8Array): number {
  return new DataView(message.buffer, message.byteOffset, message.byteLength).getUint32(1);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
