import { expect, test } from 'vitest';
import { fakeSender, fakeTrack } from '../test/fakeSender';
import { VirtualClock } from '../test/virtualClock';
import { SendGate, type GateState, type Outlet } from './gate';

function setUp(...kinds: string[]) {
  const clock = new VirtualClock();
  const states: GateState[] = [];
  const all = kinds.map((kind) => {
    const track = fakeTrack(kind);
    return { track, fake: fakeSender(track), muted: false };
  });
  const outlets = (): Outlet[] => all.map(({ track, fake, muted }) => ({ track, sender: fake.sender, muted }));
  const gate: SendGate = new SendGate(clock, outlets, () => states.push(gate.state));
  const sending = () => all.map(({ fake }) => fake.sender.track?.id ?? null);
  return { clock, gate, states, all, sending };
}

test('holds microphone, camera, screen and its sound, and puts them back', async () => {
  const { clock, gate, states, sending } = setUp('mic', 'cam', 'screen', 'screen sound');
  gate.hold();
  expect(states).toEqual(['stopping']); // not "stopped" before it is so
  await clock.advance(0);
  expect(sending()).toEqual([null, null, null, null]);
  expect(states).toEqual(['stopping', 'stopped']);
  gate.release();
  await clock.advance(0);
  expect(sending()).toEqual(['mic', 'cam', 'screen', 'screen sound']);
  expect(states.at(-1)).toBe('open');
});

test('a muted track is not put back, and is taken from its sender on mute', async () => {
  const { clock, gate, all, sending } = setUp('mic', 'cam');
  if (all[0]) all[0].muted = true;
  gate.apply();
  await clock.advance(0);
  expect(sending()).toEqual([null, 'cam']);
  gate.hold();
  gate.release();
  await clock.advance(0);
  expect(sending()).toEqual([null, 'cam']);
  if (all[0]) all[0].muted = false;
  gate.apply();
  await clock.advance(0);
  expect(sending()).toEqual(['mic', 'cam']);
});

test('what slips back in while held is stopped again', async () => {
  const { clock, gate, all, sending } = setUp('cam');
  gate.hold();
  await clock.advance(50);
  all[0]?.fake.set(fakeTrack('restarted')); // livekit-client restarts a camera by itself
  await clock.advance(100);
  expect(sending()).toEqual([null]);
});

test('does not claim to have stopped while a sender refuses', async () => {
  const { clock, gate, all, states } = setUp('mic', 'cam');
  if (all[1]) all[1].fake.failNext = new Error('busy');
  gate.hold();
  await clock.advance(0);
  expect(states).toEqual(['stopping']);
  await clock.advance(100);
  expect(states).toEqual(['stopping', 'stopped']);
});

test('a sender of a closed connection sends nothing and counts as stopped', async () => {
  const { clock, gate, all, states } = setUp('mic');
  if (all[0]) all[0].fake.failNext = new DOMException('closed', 'InvalidStateError');
  gate.hold();
  await clock.advance(0);
  expect(states).toEqual(['stopping', 'stopped']);
});

test('released at once, nothing stays behind', async () => {
  const { clock, gate, sending } = setUp('mic');
  gate.hold();
  gate.release();
  await clock.advance(500);
  expect(sending()).toEqual(['mic']);
});

test('nothing published: stopped is true at once', async () => {
  const { clock, gate, states } = setUp();
  gate.hold();
  await clock.advance(0);
  expect(states).toEqual(['stopping', 'stopped']);
});

test('layers that dynacast had switched off stay off afterwards', async () => {
  const { clock, gate, all } = setUp('cam');
  const active = all[0]?.fake.active ?? [];
  active.splice(0, 1, true, true, false);
  gate.hold();
  await clock.advance(0);
  expect(active).toEqual([false, false, false]);
  gate.release();
  await clock.advance(0);
  expect(active).toEqual([true, true, false]);
});

test('what dynacast chooses while held counts afterwards', async () => {
  const { clock, gate, all } = setUp('cam');
  const active = all[0]?.fake.active ?? [];
  active.splice(0, 1, true, true, true);
  gate.hold();
  await clock.advance(0);
  active[0] = true; // only the lowest is wanted now
  await clock.advance(100);
  expect(active).toEqual([false, false, false]);
  gate.release();
  await clock.advance(0);
  expect(active).toEqual([true, false, false]);
});
