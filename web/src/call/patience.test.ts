import { expect, test } from 'vitest';
import { VirtualClock } from '../test/virtualClock';
import { listen } from './patience';

/** A receiver of sound of which a part is made up. */
function fakeReceiver() {
  const heard = { type: 'inbound-rtp', totalSamplesReceived: 0, concealedSamples: 0, silentConcealedSamples: 0 };
  const fake = {
    waits: [] as (number | null)[],
    hear(part: number, silent = 0) {
      heard.totalSamplesReceived += 48_000;
      heard.concealedSamples += 48_000 * (part + silent);
      heard.silentConcealedSamples += 48_000 * silent;
    },
    receiver: {
      getStats: async () => new Map([['in', heard]]),
      set jitterBufferTarget(wait: number | null) {
        fake.waits.push(wait);
      },
    } as unknown as RTCRtpReceiver,
  };
  return fake;
}

async function seconds(clock: VirtualClock, count: number, each: () => void) {
  for (let n = 0; n < count; n++) {
    each();
    await clock.advance(1000);
  }
}

test('sound waits longer where much of it is made up, up to a limit, and less again after a while', async () => {
  const [clock, fake] = [new VirtualClock(), fakeReceiver()];
  const end = listen(clock, () => [fake.receiver]);
  await seconds(clock, 1, () => fake.hear(0.3));
  await seconds(clock, 20, () => fake.hear(0)); // that was a moment
  expect(fake.waits).toEqual([]);
  await seconds(clock, 10, () => fake.hear(0.1));
  expect(fake.waits).toEqual([200, 400]);
  await seconds(clock, 60, () => fake.hear(0.01)); // neither good nor bad
  expect(fake.waits).toHaveLength(2);
  await seconds(clock, 130, () => fake.hear(0));
  expect(fake.waits.slice(2)).toEqual([350, 300, 250, 200, 150, 100, 50, null]);
  end();
  await seconds(clock, 10, () => fake.hear(1));
  expect(fake.waits).toHaveLength(10);
});

test('silence is no reason to wait, whether it comes or is made up', async () => {
  const [clock, fake] = [new VirtualClock(), fakeReceiver()];
  listen(clock, () => [fake.receiver]);
  await seconds(clock, 10, () => fake.hear(0, 0.9));
  await seconds(clock, 10, () => undefined);
  expect(fake.waits).toEqual([]);
});
