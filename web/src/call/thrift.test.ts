import { expect, test } from 'vitest';
import { VirtualClock } from '../test/virtualClock';
import { lavish, look, save, type Thrift } from './thrift';

/** So many looks at a way. */
function looks(before: Thrift, count: number, carries: number, trip: number): Thrift {
  let state = before;
  for (let n = 0; n < count; n++) state = look(state, carries, trip);
  return state;
}

const good = looks(lavish, 10, 2_000_000, 50);

test('less is sent where the way is thin and a queue stands in it', () => {
  expect(looks(good, 3, 250_000, 250).saves).toBe(false); // that was a moment
  expect(looks(good, 4, 250_000, 250).saves).toBe(true);
  expect(looks(good, 60, 250_000, 60).saves).toBe(false); // it loses packets, and has room
  expect(looks(good, 60, 900_000, 250).saves).toBe(false);
});

test('all is tried again once no queue stands, later each time that it fails', () => {
  let state = looks(good, 4, 250_000, 250);
  for (const hold of [20, 40, 80, 160, 160]) {
    expect(looks(state, hold - 1, 250_000, 60).saves).toBe(true);
    state = looks(state, hold, 250_000, 60);
    expect(state.saves).toBe(false);
    state = looks(state, 5, 250_000, 250);
    expect(state.saves).toBe(true);
  }
  const calm = looks(looks(state, 160, 250_000, 60), 60, 2_000_000, 60);
  expect(looks(looks(calm, 4, 250_000, 250), 20, 250_000, 60).saves).toBe(false);
});

test('a way that has become good is used soon', () => {
  const state = { ...looks(good, 4, 250_000, 250), hold: 160 };
  expect(looks(state, 9, 400_000, 60).saves).toBe(true);
  expect(looks(state, 10, 400_000, 60).saves).toBe(false);
});

test('a way that became longer is not taken for a queue for ever', () => {
  const state = looks(good, 4, 250_000, 250);
  expect(looks(state, 159, 250_000, 250).saves).toBe(true);
  expect(looks(state, 160, 250_000, 250).saves).toBe(false);
  expect(looks(state, 10, 400_000, 250).saves).toBe(false);
});

/** A sender of Chromium, whose way has these figures. */
function fakeSender(way: { availableOutgoingBitrate: number; currentRoundTripTime: number }, ...encodings: RTCRtpEncodingParameters[]) {
  const fake = {
    encodings: encodings.map((one) => ({ active: true, ...one })),
    refuses: false,
    sender: {
      getStats: async () => new Map([['pair', { type: 'candidate-pair', nominated: true, ...way }]]),
      getParameters: () => ({ encodings: fake.encodings.map((one) => ({ ...one })) }),
      setParameters: async (parameters: RTCRtpSendParameters) => {
        if (fake.refuses) throw new DOMException('no', 'InvalidStateError');
        fake.encodings = parameters.encodings as typeof fake.encodings;
      },
    } as unknown as RTCRtpSender,
  };
  return fake;
}

test('sound is held to less and larger pictures are left out, and all comes back', async () => {
  const clock = new VirtualClock();
  const way = { availableOutgoingBitrate: 2_000_000, currentRoundTripTime: 0.05 };
  const microphone = fakeSender(way, { maxBitrate: 48_000 });
  const [small, large, unwatched] = [{ rid: 'q', active: true }, { rid: 'h', active: true }, { rid: 'f', active: false }];
  const camera = fakeSender(way, small, large, unwatched);
  const end = save(clock, () => ({ microphone: microphone.sender, camera: camera.sender }));
  await clock.advance(5000);
  Object.assign(way, { availableOutgoingBitrate: 250_000, currentRoundTripTime: 0.25 });
  camera.refuses = true;
  await clock.advance(4000);
  expect(microphone.encodings).toEqual([{ active: true, maxBitrate: 34_000 }]);
  expect(camera.encodings).toEqual([small, large, unwatched]);
  camera.refuses = false; // what was refused is asked again
  await clock.advance(1000);
  expect(camera.encodings).toEqual([small, { rid: 'h', active: false }, unwatched]);
  camera.encodings = [small, large, { ...unwatched, active: true }]; // somebody came who watches more
  await clock.advance(1000);
  expect(camera.encodings.map(({ active }) => active)).toEqual([true, false, false]);
  Object.assign(way, { currentRoundTripTime: 0.06 });
  await clock.advance(25_000);
  expect(microphone.encodings).toEqual([{ active: true, maxBitrate: 48_000 }]);
  expect(camera.encodings.map(({ active }) => active)).toEqual([true, true, true]);
  end();
  Object.assign(way, { currentRoundTripTime: 0.25 });
  await clock.advance(10_000);
  expect(camera.encodings.map(({ active }) => active)).toEqual([true, true, true]);
});

test('who mutes meanwhile is heard and seen again', async () => {
  const clock = new VirtualClock();
  const way = { availableOutgoingBitrate: 2_000_000, currentRoundTripTime: 0.05 };
  const shut = { active: false };
  const microphone = fakeSender(way, { maxBitrate: 48_000, ...shut });
  const camera = fakeSender(way, { rid: 'q' }, { rid: 'h' });
  save(clock, () => ({ microphone: microphone.sender, camera: camera.sender }));
  const active = () => [...microphone.encodings, ...camera.encodings].map((one) => one.active);
  const open = (sender: typeof camera, ...flags: boolean[]) => sender.encodings.forEach((one, index) => void (one.active = flags[index] ?? false));
  await clock.advance(1000);
  Object.assign(way, { availableOutgoingBitrate: 250_000, currentRoundTripTime: 0.25 });
  await clock.advance(4000); // both are held now, the microphone while it is shut
  open(microphone, true);
  open(camera, false, false);
  Object.assign(way, { currentRoundTripTime: 0.06 });
  await clock.advance(30_000);
  expect(active()).toEqual([true, false, false]);
  expect(microphone.encodings).toMatchObject([{ maxBitrate: 48_000 }]);
  open(camera, true, false);
  await clock.advance(1000);
  expect(active()).toEqual([true, true, true]);
});

test('music stays as it was chosen, and a browser that tells nothing sends all', async () => {
  const clock = new VirtualClock();
  const way = { availableOutgoingBitrate: 250_000, currentRoundTripTime: 0.05 };
  const music = fakeSender(way, { maxBitrate: 128_000 });
  const silent = { ...fakeSender(way).sender, getStats: async () => new Map() } as unknown as RTCRtpSender;
  save(clock, () => ({ microphone: music.sender, camera: silent }));
  await clock.advance(1000);
  Object.assign(way, { currentRoundTripTime: 0.25 });
  await clock.advance(10_000);
  expect(music.encodings).toEqual([{ active: true, maxBitrate: 128_000 }]);
});
