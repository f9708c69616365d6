import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Kind, type Channel, type Link } from './link';
import { measureDown, measureLoss, measureUp } from './measure';
import { rateOf } from './rate';

const CHUNK = 16 * 1024;

/** A server behind a line: answers as internal/doctor does, over so many kilobits a second and so many milliseconds. */
class FakeLine implements Link {
  readonly #listeners = new Set<(message: Uint8Array) => void>();
  readonly #rate: number;
  readonly #delay: number;
  #free = 0;
  #total = 0;
  #up = 0;
  /** answers to be given instead */
  busy = 0;
  mostDown = 4 * 2 ** 20;
  /** every so many echoes one is lost */
  lose = Infinity;
  #echoes = 0;

  constructor(rate: number, delay: number) {
    this.#rate = rate;
    this.#delay = delay;
  }

  send(channel: Channel, message: Uint8Array<ArrayBuffer>): void {
    if (message[0] === Kind.echo && channel === 'lossy' && ++this.#echoes % this.lose !== 0) this.#pass(0, message);
    if (message[0] === Kind.up && !this.#refuses(Kind.up)) {
      this.#up += message.length;
      const count = new Uint8Array(5);
      count[0] = Kind.up;
      new DataView(count.buffer).setUint32(1, this.#up);
      this.#pass(message.length, count);
    }
    if (message[0] === Kind.down && !this.#refuses(Kind.down)) {
      for (let n = 0; n < (message[1] ?? 0); n++) {
        if (this.#total + CHUNK > this.mostDown) return this.#pass(0, new Uint8Array([Kind.enough, Kind.down]));
        this.#total += CHUNK;
        const chunk = new Uint8Array(CHUNK);
        chunk[0] = Kind.down;
        this.#pass(CHUNK, chunk);
      }
    }
  }

  listen(onMessage: (message: Uint8Array) => void): () => void {
    this.#listeners.add(onMessage);
    return () => this.#listeners.delete(onMessage);
  }

  close(): void {}

  #refuses(kind: number): boolean {
    if (this.busy <= 0) return false;
    this.busy--;
    this.#pass(0, new Uint8Array([Kind.busy, kind]));
    return true;
  }

  /** An answer arrives when the line has carried so many bytes. */
  #pass(bytes: number, answer: Uint8Array): void {
    this.#free = Math.max(this.#free, performance.now()) + (bytes * 8) / this.#rate;
    setTimeout(() => this.#listeners.forEach((hear) => hear(answer)), this.#free + this.#delay - performance.now());
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs a measurement in virtual time; gives what it found and how long it took (milliseconds). */
async function run<T>(measurement: Promise<T>): Promise<{ found: T; took: number }> {
  const began = performance.now();
  let took = 0;
  void measurement.then(() => (took = performance.now() - began));
  await vi.advanceTimersByTimeAsync(60_000);
  return { found: await measurement, took };
}

test.each([
  [200, 20],
  [1000, 50],
  [8000, 50],
  [50_000, 5],
])('%i kbit/s over %i ms are found both ways, within 3 s', async (rate, delay) => {
  for (const measure of [measureDown, measureUp]) {
    const { found, took } = await run(measure(new FakeLine(rate, delay)));
    expect(found).toBeGreaterThan(rate * 0.8);
    expect(found).toBeLessThan(rate * 1.05);
    expect(took).toBeLessThanOrEqual(3000);
  }
});

test('both ways one after the other, on a line where more was asked for than is sent', async () => {
  const line = new FakeLine(1e6, 30);
  expect((await run(measureDown(line))).found).toBeGreaterThan(20_000);
  expect((await run(measureUp(line))).found).toBeGreaterThan(20_000);
  const both = new FakeLine(1e6, 30);
  const { found } = await run(measureDown(both).then(() => measureUp(both)));
  expect(found).toBeGreaterThan(20_000);
});

test('a line that stands still has no speed, and the measurement ends', async () => {
  const { found, took } = await run(measureDown(new FakeLine(0.001, 0)));
  expect(found).toBe(0);
  expect(took).toBe(3000);
});

test('waits for a place, and gives up at last', async () => {
  const line = new FakeLine(5000, 10);
  line.busy = 3;
  expect((await run(measureDown(line))).found).toBeGreaterThan(4000);
  line.busy = Infinity;
  const { found, took } = await run(measureUp(line));
  expect(found).toBeUndefined();
  expect(took).toBeLessThan(13_000);
});

test.each([
  [Infinity, 0],
  [10, 0.1],
  [1, 1],
])('one lost of %d: loss is %d', async (lose, loss) => {
  const line = new FakeLine(1e9, 30);
  line.lose = lose;
  const { found } = await run(measureLoss(line));
  expect(found.loss).toBeCloseTo(loss);
  if (loss < 1) expect(found.roundTrip).toBeCloseTo(30);
  else expect(found).not.toHaveProperty('roundTrip');
});

test('the speed is that of the later part, where there is enough of it', () => {
  const samples = [0, 1000, 1100, 1200, 1300].map((at, n) => ({ at, bytes: n * 100_000 }));
  expect(rateOf(samples)).toBe(8000);
  expect(rateOf([{ at: 0, bytes: 0 }, { at: 1000, bytes: 16_384 }])).toBe(131);
  expect(rateOf([{ at: 0, bytes: 0 }])).toBe(0);
  expect(rateOf([])).toBe(0);
});
