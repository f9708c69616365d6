// Joining, sound and picture, and what becomes of them when a connection breaks.

import { ConnectionState, DisconnectReason, RoomEvent } from 'livekit-client';
import { expect, test } from 'vitest';
import { installDevices } from '../test/browser';
import { setUp, setUpInside } from '../test/callRig';
import { fakeTrack } from '../test/fakeSender';
import { welcomeMessage } from '../test/fakeSocket';
import { somebody } from '../test/meeting';

test('joins with the token of the welcome, everything off', async () => {
  const { call, room } = await setUpInside();
  expect(call.phase.get()).toEqual({ kind: 'in' });
  expect(call.ready.get()).toBe(true);
  expect(room().connectedWith).toEqual(['token-1']);
  expect(call.own.get()).toEqual({ microphone: 'off', camera: 'off', screen: 'off' });
  expect(call.tiles.get()).toMatchObject([{ identity: 'me', name: 'Anna', self: true, muted: true }]);
});

test('sends what the join page had switched on', async () => {
  const { call, room } = await setUpInside({ microphone: fakeTrack('mine') });
  expect(call.own.get()).toMatchObject({ microphone: 'on', camera: 'off' });
  expect(room().trackPublications.size).toBe(1);
});

test('the microphone is on when the server has it, and muting takes it from the sender', async () => {
  const { call, clock, room } = await setUpInside();
  call.set('microphone', true);
  await clock.advance(0);
  expect(call.own.get().microphone).toBe('on');
  expect(room().sending()).toEqual(['microphone']);
  call.set('microphone', false);
  await clock.advance(0);
  expect(call.own.get().microphone).toBe('off');
  expect(room().sending()).toEqual([]);
  call.set('microphone', true);
  await clock.advance(0);
  expect(room().sending()).toEqual(['microphone']);
});

test.each([ConnectionState.SignalReconnecting, ConnectionState.Reconnecting])('%s: stops sending, says so, and goes on afterwards', async (state) => {
  const { call, clock, room } = await setUpInside();
  for (const source of ['microphone', 'camera', 'screen'] as const) call.set(source, true);
  await clock.advance(0);
  const troubles: unknown[] = [];
  call.trouble.subscribe(() => troubles.push([call.trouble.get(), room().sending().length]));
  room().goTo(state);
  await clock.advance(0);
  expect(room().sending()).toEqual([]);
  expect(troubles.at(-1)).toEqual(['stopped', 0]);
  expect(call.own.get()).toEqual({ microphone: 'paused', camera: 'paused', screen: 'paused' });
  room().goTo(ConnectionState.Connected);
  await clock.advance(0);
  expect(room().sending()).toHaveLength(3);
  expect(call.trouble.get()).toBeUndefined();
  expect(call.own.get()).toEqual({ microphone: 'on', camera: 'on', screen: 'on' });
});

test('the banner never claims silence before it is so', async () => {
  const { call, clock, room } = await setUpInside();
  call.set('camera', true);
  await clock.advance(0);
  const camera = [...room().trackPublications.values()][0];
  if (camera) camera.fake.failNext = new Error('busy');
  room().goTo(ConnectionState.SignalReconnecting);
  await clock.advance(0);
  expect(call.trouble.get()).toBe('stopping');
  await clock.advance(100);
  expect(call.trouble.get()).toBe('stopped');
});

test('nothing can be switched on while it is held, but off', async () => {
  const { call, clock, room } = await setUpInside();
  call.set('microphone', true);
  await clock.advance(0);
  room().goTo(ConnectionState.SignalReconnecting);
  await clock.advance(0);
  call.set('camera', true);
  call.set('microphone', false);
  await clock.advance(0);
  expect(call.own.get()).toEqual({ microphone: 'off', camera: 'off', screen: 'off' });
  room().goTo(ConnectionState.Connected);
  await clock.advance(0);
  expect(room().sending()).toEqual([]);
});

test('a lost control connection alone stops nothing', async () => {
  const { call, clock, room } = await setUpInside();
  call.set('microphone', true);
  await clock.advance(6999);
  expect(call.trouble.get()).toBeUndefined(); // mostly it is back at once
  await clock.advance(1);
  expect(call.trouble.get()).toBe('control');
  expect(room().sending()).toEqual(['microphone']);
});

test('a room gone for good: a fresh token, a new room, the same sources', async () => {
  const { call, clock, server, rooms, room } = await setUpInside();
  call.set('microphone', true);
  await clock.advance(0);
  room().emit(RoomEvent.Disconnected, DisconnectReason.SERVER_SHUTDOWN);
  await clock.advance(0);
  expect(call.trouble.get()).toBe('stopped');
  expect(server.last.types).toContain('token');
  server.last.say({ type: 'token', mediaToken: 'token-2' });
  await clock.advance(0);
  expect(rooms).toHaveLength(2);
  expect(rooms[0]?.disconnected).toBe(true);
  expect(room().connectedWith).toEqual(['token-2']);
  expect(room().sending()).toEqual(['microphone']);
  expect(call.own.get().microphone).toBe('on');
  expect(call.trouble.get()).toBeUndefined();
});

test('a place that is gone: a new identity and a new room', async () => {
  const { call, clock, server, rooms, room } = await setUpInside();
  server.last.breakOff();
  await clock.advance(0);
  server.last.open();
  server.last.say({ type: 'error', code: 'session_unknown', message: '' });
  server.last.say(welcomeMessage({ self: 'me-2', people: [somebody('me-2', 'Anna')], mediaToken: 'token-2' }));
  await clock.advance(0);
  expect(rooms).toHaveLength(2);
  expect(room().connectedWith).toEqual(['token-2']);
  expect(call.phase.get()).toEqual({ kind: 'in' });
});

test('a rejoin keeps the media as it is', async () => {
  const { clock, server, rooms } = await setUpInside();
  server.last.breakOff();
  await clock.advance(0);
  server.welcome();
  await clock.advance(0);
  expect(rooms).toHaveLength(1);
});

test.each([
  ['meeting_unknown', 'link_unknown'],
  ['too_many', 'meeting_full'],
  ['name_invalid', 'name_invalid'],
  ['rate_limited', 'rate_limited'],
] as const)('a join refused with %s fails as %s', async (code, failure) => {
  const { call, server } = setUp();
  server.last.open();
  server.last.say({ type: 'error', code, message: '' });
  expect(call.phase.get()).toEqual({ kind: 'failed', code: failure });
});

test('a meeting that is gone after a restart of the server', async () => {
  const { call, clock, server } = await setUpInside();
  server.last.breakOff();
  await clock.advance(0);
  server.last.open();
  server.last.say({ type: 'error', code: 'meeting_unknown', message: '' });
  expect(call.phase.get()).toEqual({ kind: 'failed', code: 'link_unknown' });
});

test('a server that ends in order: sends nothing at once, says so, and goes on where it is back without our place', async () => {
  const { call, clock, server, room, rooms } = await setUpInside({ microphone: fakeTrack('mine') });
  server.last.say({ type: 'closing', code: 'shutting_down' });
  server.last.breakOff();
  await clock.advance(0);
  expect(room().sending()).toEqual([]);
  expect(call.trouble.get()).toBe('server');
  expect(call.own.get().microphone).toBe('paused');
  server.last.breakOff();
  await clock.advance(300);
  server.last.open();
  server.last.say({ type: 'error', code: 'session_unknown', message: '' });
  server.last.say(welcomeMessage({ self: 'me-2', people: [somebody('me-2', 'Anna')], mediaToken: 'token-2' }));
  await clock.advance(0);
  expect(rooms).toHaveLength(2);
  expect(room().sending()).toEqual(['microphone']);
  expect(call.trouble.get()).toBeUndefined();
});

test('a server that ends and does not come back', async () => {
  const { call, clock, server, room } = await setUpInside();
  server.last.say({ type: 'closing', code: 'shutting_down' });
  server.last.breakOff();
  room().emit(RoomEvent.Disconnected, DisconnectReason.SERVER_SHUTDOWN);
  await clock.advance(89_000);
  expect(call.trouble.get()).toBe('server');
  await clock.advance(2000);
  expect(call.phase.get()).toEqual({ kind: 'failed', code: 'server_stopped' });
});

test('a server that said it ends, but is back with the meeting: it goes on', async () => {
  const { call, clock, server, room } = await setUpInside({ microphone: fakeTrack('mine') });
  server.last.say({ type: 'closing', code: 'shutting_down' });
  server.last.breakOff();
  await clock.advance(0);
  server.last.open();
  server.last.say({ type: 'resumed', seq: 10 });
  await clock.advance(0);
  expect(room().sending()).toEqual(['microphone']);
  expect(call.trouble.get()).toBeUndefined();
});

test('a device of choice is used now and in later rooms; one that fails is off and reported', async () => {
  const { call, clock, server, room, rooms, choices } = await setUpInside({ camera: fakeTrack('mine') });
  call.choose('camera', 'cam-2');
  await clock.advance(0);
  expect(room().switched).toEqual(['videoinput cam-2']);
  expect(call.devices.get().camera).toBe('cam-2');
  room().deviceError = new DOMException('x', 'NotReadableError');
  call.choose('camera', 'cam-3');
  await clock.advance(0);
  expect(call.deviceFailure.get()).toEqual({ source: 'camera', code: 'device_busy' });
  expect(call.devices.get().camera).toBe('cam-2');
  expect(call.own.get().camera).toBe('off');
  room().emit(RoomEvent.Disconnected, DisconnectReason.SERVER_SHUTDOWN);
  await clock.advance(0);
  server.last.say({ type: 'token', mediaToken: 'token-2' });
  await clock.advance(0);
  expect(rooms).toHaveLength(2);
  expect(choices.at(-1)?.camera).toBe('cam-2');
});

test.each([
  ['microphone', 'livekit-client finds another one', true],
  ['camera', 'it falls to the next one', false],
] as const)('an unplugged %s: %s, and it is said once', async (device, _, restarts) => {
  installDevices();
  const { call, clock, room, live } = await setUpInside({ [device]: fakeTrack('mine') });
  const told: unknown[] = [];
  call.news.subscribe(() => told.push(call.news.get().replaced?.device));
  const publication = [...room().trackPublications.values()][0];
  await publication?.unplug(restarts);
  await live(4000);
  expect(told).toEqual([device]);
  expect(call.own.get()[device]).toBe('on');
  expect(room().switched).toEqual(restarts ? [] : ['videoinput cam-1']);
  await clock.advance(0);
});

test('an unplugged camera without another one is off, and said', async () => {
  installDevices();
  navigator.mediaDevices.enumerateDevices = async () => [];
  const { call, clock, room } = await setUpInside({ camera: fakeTrack('mine') });
  await [...room().trackPublications.values()][0]?.unplug(false);
  await clock.advance(0);
  expect(call.deviceFailure.get()).toEqual({ source: 'camera', code: 'no_device' });
  expect(call.own.get().camera).toBe('off');
});

test('no server at all: gives up after 20 s', async () => {
  const { call, clock } = setUp();
  await clock.advance(19_999);
  expect(call.phase.get().kind).toBe('connecting');
  await clock.advance(1);
  expect(call.phase.get()).toEqual({ kind: 'failed', code: 'server_gone' });
});

test('media that never connects is told apart from a server that is gone', async () => {
  const { call, next, server, live, rooms } = setUp();
  next.refuse = new Error('could not establish pc connection');
  server.welcome();
  await live(21_000);
  expect(call.phase.get()).toEqual({ kind: 'failed', code: 'media_blocked' });
  expect(rooms.length).toBeGreaterThan(0);
});

test('a server gone for 90 s', async () => {
  const { call, clock, room } = await setUpInside();
  room().emit(RoomEvent.Disconnected, DisconnectReason.SIGNAL_CLOSE);
  await clock.advance(89_000);
  expect(call.phase.get().kind).toBe('in');
  await clock.advance(2000);
  expect(call.phase.get()).toEqual({ kind: 'failed', code: 'server_gone' });
});

test('the same place in another window ends this one', async () => {
  const { call, room } = await setUpInside();
  room().emit(RoomEvent.Disconnected, DisconnectReason.DUPLICATE_IDENTITY);
  expect(call.phase.get()).toEqual({ kind: 'failed', code: 'replaced' });
});

test.each([DisconnectReason.PARTICIPANT_REMOVED, DisconnectReason.ROOM_CLOSED, undefined])('disconnected for reason %s: asks for a way back', async (reason) => {
  const { call, clock, server, room } = await setUpInside();
  room().emit(RoomEvent.Disconnected, reason);
  await clock.advance(0);
  expect(call.phase.get()).toEqual({ kind: 'in' });
  expect(server.last.types).toContain('token');
});

test.each([
  ['NotAllowedError', 'permission_denied'],
  ['NotFoundError', 'no_device'],
  ['NotReadableError', 'device_busy'],
] as const)('a device that fails with %s: %s', async (name, code) => {
  const { call, clock, room } = await setUpInside();
  room().deviceError = new DOMException('x', name);
  call.set('camera', true);
  await clock.advance(0);
  expect(call.deviceFailure.get()).toEqual({ source: 'camera', code });
  expect(call.own.get().camera).toBe('off');
});

test('closing the screen picker is no failure', async () => {
  const { call, clock, room } = await setUpInside();
  room().deviceError = new DOMException('Permission denied by user', 'NotAllowedError');
  call.set('screen', true);
  await clock.advance(0);
  expect(call.deviceFailure.get()).toBeUndefined();
});
