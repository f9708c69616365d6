// The lines of a call: what is told of the own one, and whose else is bad.

import { ConnectionQuality, ConnectionState, Track } from 'livekit-client';
import { expect, test } from 'vitest';
import { setUpInside } from '../test/callRig';
import { welcomeMessage } from '../test/fakeSocket';
import { somebody } from '../test/meeting';

/** A call with Ben, whose camera comes. */
async function withBen() {
  const all = await setUpInside();
  const camera = { attach: () => [], detach: () => [], streamState: Track.StreamState.Active };
  const ben = {
    identity: 'ben', isSpeaking: false, connectionQuality: ConnectionQuality.Excellent,
    getTrackPublication: (source: Track.Source) =>
      source === Track.Source.Camera ? { isMuted: false, track: camera } : source === Track.Source.Microphone ? { isMuted: false } : undefined,
  };
  all.room().remoteParticipants.set('ben', ben);
  all.server.last.say(welcomeMessage({ people: [somebody('me', 'Anna'), somebody('ben', 'Ben')] }));
  await all.live(1000);
  const tile = () => all.call.tiles.get().find(({ identity }) => identity === 'ben');
  return { ...all, ben, camera, tile };
}

test('a paused picture is a fault that lasts, and its tile says so', async () => {
  const { call, live, camera, tile } = await withBen();
  expect(tile()).toMatchObject({ paused: false, weak: false });
  camera.streamState = Track.StreamState.Paused;
  await live(4000);
  expect(call.fault.get()).toBeUndefined();
  await live(2000);
  expect(call.fault.get()).toBe('noVideo');
  camera.streamState = Track.StreamState.Active;
  await live(11_000);
  expect(call.fault.get()).toBeUndefined();
});

test('somebody else\u2019s bad line is marked once it lasts, and no longer than it does', async () => {
  const { live, ben, tile, call } = await withBen();
  ben.connectionQuality = ConnectionQuality.Poor;
  await live(4000);
  expect(tile()?.weak).toBe(false);
  await live(2000);
  expect(tile()?.weak).toBe(true);
  expect(call.fault.get()).toBeUndefined();
  ben.connectionQuality = ConnectionQuality.Good;
  await live(11_000);
  expect(tile()?.weak).toBe(false);
});

test('the browser\u2019s figures count', async () => {
  const { call, live, room } = await withBen();
  for (let second = 0; second < 12; second++) {
    room().stats = [{ id: 'in', type: 'inbound-rtp', packetsReceived: 90 * second, packetsLost: 10 * second }] as never;
    await live(1000);
  }
  expect(call.fault.get()).toBe('loss');
});

test('a connection that breaks says so itself; when it is back, that is told, and what was before counts no more', async () => {
  const { call, live, room, ben, camera, tile } = await withBen();
  camera.streamState = Track.StreamState.Paused;
  ben.isSpeaking = true;
  await live(8000);
  expect(tile()?.speaking).toBe(true);
  room().goTo(ConnectionState.SignalReconnecting);
  await live(1000);
  expect([call.trouble.get(), call.fault.get()]).toEqual(['stopped', undefined]);
  expect(tile()?.speaking).toBe(false); // what was heard last says nothing of now
  room().goTo(ConnectionState.Connected);
  await live(3000);
  expect([call.trouble.get(), call.fault.get()]).toEqual([undefined, undefined]);
  expect(tile()?.speaking).toBe(true);
  expect(call.news.get().back).toBe(true);
  await live(4000);
  expect(call.fault.get()).toBe('noVideo');
  call.leave();
  expect(call.fault.get()).toBeUndefined();
});
