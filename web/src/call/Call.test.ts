import { ConnectionState, DisconnectReason, RoomEvent } from 'livekit-client';
import { expect, test } from 'vitest';
import type { ServerMessage, Source } from '../api/control.gen';
import { installDevices } from '../test/browser';
import { FakeRoom } from '../test/fakeRoom';
import { fakeTrack } from '../test/fakeSender';
import { FakeServer, lobbyMessage, welcomeMessage } from '../test/fakeSocket';
import { participates, somebody } from '../test/meeting';
import { VirtualClock } from '../test/virtualClock';
import { Call } from './Call';
import { decodeText, encodeText } from './chat';
import type { DeviceChoice } from './room';
import type { Prepared } from './sources';

function setUp(prepared: Prepared = {}) {
  const clock = new VirtualClock();
  const server = new FakeServer();
  const rooms: FakeRoom[] = [];
  const choices: DeviceChoice[] = [];
  const next: Partial<FakeRoom> = {};
  let ids = 0;
  const box: { ticket: string | undefined } = { ticket: undefined };
  const call = new Call({
    link: 'link',
    entry: { name: 'Anna' },
    ticket: { get: () => box.ticket, keep: (ticket) => void (box.ticket = ticket), forget: () => void (box.ticket = undefined) },
    prepared: () => prepared,
    devices: { microphone: undefined, camera: undefined },
    mediaUrl: 'ws://here',
    clock,
    openSocket: server.open,
    newRoom: (choice) => {
      choices.push(choice);
      const room = Object.assign(new FakeRoom(), next);
      rooms.push(room);
      return room.asRoom;
    },
    connectOptions: {},
    newId: () => `m${++ids}`,
    upload: async () => undefined,
    download: () => undefined,
  });
  call.start();
  const room = () => {
    const last = rooms.at(-1);
    if (!last) throw new Error('no room');
    return last;
  };
  /** Time goes on and the server answers pings. */
  const live = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 1000) {
      await clock.advance(Math.min(1000, milliseconds - passed));
      if (!server.last.closed) server.last.say({ type: 'pong' });
    }
    await clock.advance(0);
  };
  return { call, clock, server, rooms, choices, room, next, live, box };
}

/** The server receives these of this person now. */
function received(...sources: readonly Source[]): ServerMessage {
  return { type: 'audience', sources: sources.map((source) => ({ device: 'me', source, received: true, count: 0, people: [] })) };
}

async function setUpInside(prepared?: Prepared) {
  const all = setUp(prepared);
  all.server.welcome();
  all.server.last.say(received('microphone', 'camera', 'screen'));
  await all.clock.advance(0);
  return all;
}

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
  expect(call.deviceFailure.get()).toBe('device_busy');
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
  expect(call.deviceFailure.get()).toBe('no_device');
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
  expect(call.deviceFailure.get()).toBe(code);
  expect(call.own.get().camera).toBe('off');
});

test('closing the screen picker is no failure', async () => {
  const { call, clock, room } = await setUpInside();
  room().deviceError = new DOMException('Permission denied by user', 'NotAllowedError');
  call.set('screen', true);
  await clock.advance(0);
  expect(call.deviceFailure.get()).toBeUndefined();
});

test('chat goes over the control connection and is sent again after a break', async () => {
  const { call, clock, server } = await setUpInside();
  call.say('  Hallo  ');
  call.say('   ');
  const sent = server.last.sent.filter((message) => message.type === 'chat');
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ id: 'm1', keyId: 0 });
  expect(sent[0]?.type === 'chat' && decodeText(sent[0].body)).toBe('Hallo');
  server.last.breakOff();
  call.say('Noch da?');
  await clock.advance(0);
  server.last.open();
  server.last.say({ type: 'resumed', seq: 10 });
  expect(server.last.sent.flatMap((message) => (message.type === 'chat' ? [message.id] : []))).toEqual(['m1', 'm2']);
});

test('leaving ends everything and nothing happens afterwards', async () => {
  const { call, clock, server, rooms, room } = await setUpInside({ camera: fakeTrack('mine') });
  call.leave();
  await clock.advance(0);
  expect(call.phase.get()).toEqual({ kind: 'left', how: 'left' });
  expect(server.last.types.at(-1)).toBe('leave');
  expect(room().disconnected).toBe(true);
  await clock.advance(200_000);
  expect(server.sockets).toHaveLength(1);
  expect(rooms).toHaveLength(1);
  expect(call.phase.get()).toEqual({ kind: 'left', how: 'left' });
});

test('comings and goings are told summed up, at most every 3 s', async () => {
  const { call, server, live } = await setUpInside();
  const told: unknown[] = [];
  call.news.subscribe(() => told.push(call.news.get()));
  for (const [index, id] of ['a', 'b', 'c'].entries()) server.last.say({ type: 'joined', seq: 11 + index, person: somebody(id, id) });
  server.last.say({ type: 'left', seq: 14, id: 'b' });
  await live(3000);
  expect(told).toEqual([{ joined: ['a', 'b', 'c'], left: ['b'], messageFrom: undefined }]);
});

test('who is sent to the lobby has not gone; a hand is told to who conducts, a new role to whose it is', async () => {
  const { call, server, live } = setUp();
  server.welcome({ may: ['lower_hand'], people: [somebody('me', 'Anna'), somebody('b', 'Béla'), somebody('c', 'Cora')] });
  server.last.say({ type: 'left', seq: 11, id: 'b' });
  server.last.say({ type: 'knocked', seq: 12, person: { id: 'b', name: 'Béla', since: 1, why: 'held' } });
  server.last.say({ type: 'changed', seq: 13, person: somebody('c', 'Cora', { hand: 1 }) });
  server.last.say({ type: 'changed', seq: 14, person: somebody('me', 'Anna', { role: 'owner' }), by: 'c' });
  await live(3000);
  expect(call.news.get()).toEqual({ joined: [], left: [], messageFrom: undefined, hand: 'Cora', role: { role: 'owner', by: 'Cora' } });
});

test('maintenance holds as long as the server says so', async () => {
  const { call, clock, server } = await setUpInside();
  expect(call.maintenance.get()).toBeUndefined();
  server.last.say({ type: 'maintenance', active: true, until: 5 });
  expect(call.maintenance.get()).toEqual({ until: 5 });
  server.last.say({ type: 'maintenance', active: true });
  expect(call.maintenance.get()).toEqual({ until: undefined });
  server.last.say({ type: 'maintenance', active: false });
  expect(call.maintenance.get()).toBeUndefined();
  server.last.say({ type: 'maintenance', active: true });
  server.last.breakOff();
  await clock.advance(0);
  expect(call.maintenance.get()).toBeUndefined(); // another server may answer
});

test('a meeting that does not start because of maintenance says so, and does not try again by itself', async () => {
  const { call, clock, server } = setUp();
  server.last.open();
  server.last.say({ type: 'error', code: 'draining', message: '' });
  await clock.advance(60_000);
  expect(call.phase.get()).toEqual({ kind: 'failed', code: 'maintenance' });
  expect(server.sockets).toHaveLength(1);
});

test('the microphone is on only when the server says that it receives it', async () => {
  const { call, clock, server } = await setUpInside();
  server.last.say({ type: 'audience', sources: [] });
  call.set('microphone', true);
  await clock.advance(0);
  expect(call.own.get().microphone).toBe('starting');
  server.last.say(received('microphone'));
  await clock.advance(0);
  expect(call.own.get().microphone).toBe('on');
});

test('who waits has no media; what is on then goes along when it is let in', async () => {
  const { call, clock, server, rooms, room } = setUp({ camera: fakeTrack('mine') });
  server.last.open();
  server.last.say(lobbyMessage({ why: 'start' }));
  expect(call.phase.get()).toEqual({ kind: 'waiting' });
  expect(call.lobby.get()).toMatchObject({ title: 'Elternabend', host: 'Ben', why: 'start', told: [] });
  server.last.say({ type: 'notice', at: 5, keyId: 0, body: encodeText('Gleich <b>geht</b> es los') });
  expect(call.lobby.get()?.told).toEqual([{ at: 5, text: 'Gleich <b>geht</b> es los' }]);
  call.say('nothing is said here');
  call.askHosts('  Ich bin neu ');
  expect(server.last.sent.slice(-1)).toEqual([{ type: 'message_hosts', keyId: 0, body: encodeText('Ich bin neu') }]);
  expect(rooms).toEqual([]);
  server.last.say(welcomeMessage());
  await clock.advance(0);
  expect(call.phase.get()).toEqual({ kind: 'in' });
  expect(call.lobby.get()).toBeUndefined();
  expect(room().trackPublications.has('camera')).toBe(true);
});

test('sent back to the lobby everything ends at once, and nothing is known any more', async () => {
  const { call, clock, server, room, live, rooms } = await setUpInside();
  call.set('microphone', true);
  await clock.advance(0);
  server.last.say(lobbyMessage({ why: 'back' }));
  await clock.advance(0);
  expect(room().disconnected).toBe(true);
  expect(call.own.get().microphone).toBe('off');
  expect(call.roster.get().people).toEqual([]);
  await live(100_000);
  expect(call.phase.get()).toEqual({ kind: 'waiting' }); // as long as it takes
  expect(server.last.types).not.toContain('token');
  server.last.say(welcomeMessage());
  await clock.advance(0);
  expect(rooms).toHaveLength(2);
  expect(call.own.get().microphone).toBe('off'); // nobody is switched on by being let in
});

test('a host switches off, and only asks to switch on', async () => {
  const { call, clock, server, room } = await setUpInside();
  call.set('camera', true);
  await clock.advance(0);
  server.last.say({ type: 'stopped', seq: 11, by: 'b', device: 'camera' });
  await clock.advance(0);
  expect(room().sending()).toEqual([]);
  expect(call.stopped.get()).toEqual({ by: 'b', device: 'camera' });
  server.last.say({ type: 'asked', seq: 12, by: 'b', device: 'microphone' });
  await clock.advance(0);
  expect(room().sending()).toEqual([]);
  call.answer(false);
  await clock.advance(0);
  expect([call.asked.get(), room().sending()]).toEqual([undefined, []]);
  server.last.say({ type: 'asked', seq: 13, by: 'b', device: 'microphone' });
  call.answer(true);
  await clock.advance(0);
  expect(room().sending()).toEqual(['microphone']);
});

test('without the floor any more, the microphone goes off', async () => {
  const { call, clock, server, room } = setUp();
  const listens = { may: [...participates].filter((action) => action !== 'speak'), people: [somebody('me', 'Anna', { floor: true })] };
  server.welcome(listens);
  await clock.advance(0);
  call.set('microphone', true);
  await clock.advance(0);
  expect(room().sending()).toEqual(['microphone']);
  server.last.say({ type: 'changed', seq: 11, person: somebody('me', 'Anna') });
  await clock.advance(0);
  expect(room().sending()).toEqual([]);
  call.set('microphone', true);
  await clock.advance(0);
  expect(room().sending()).toEqual([]);
});

test.each([['removed', 'removed'], ['ended', 'ended'], ['deleted', 'deleted'], ['refused', 'refused'], ['companion_over', 'companion']] as const)('%s ends the stay, and the ticket with it', async (code, how) => {
  const { call, server, box } = await setUpInside();
  expect(box.ticket).toBe('ticket-1');
  server.last.say({ type: 'closing', code });
  expect(call.phase.get()).toEqual({ kind: 'left', how });
  expect(box.ticket).toBeUndefined();
});

test('a page that is loaded anew keeps the ticket; leaving does not', async () => {
  const going = await setUpInside();
  going.call.close();
  expect(going.box.ticket).toBe('ticket-1');
  const leaving = await setUpInside();
  leaving.call.leave();
  expect(leaving.box.ticket).toBeUndefined();
});

test('a reaction is gone after some seconds', async () => {
  const { call, server, live } = await setUpInside();
  server.last.say({ type: 'reaction', id: 'me', reaction: 'clap' });
  await live(0);
  expect(call.tiles.get()[0]?.reaction).toBe('clap');
  await live(5000);
  expect(call.tiles.get()[0]?.reaction).toBeUndefined();
});

test('a file is sent when the server has room for it, and says so when not', async () => {
  const { call, server, live } = await setUpInside();
  call.give(new File(['abc'], 'Plan.pdf'));
  expect(server.last.sent.at(-1)).toMatchObject({ type: 'send_file', id: 'm1', size: 3 });
  expect(call.transfers.get()).toMatchObject([{ name: 'Plan.pdf' }]);
  server.last.say({ type: 'upload', id: 'm1', token: 't' });
  await live(0);
  server.last.say({ type: 'file', seq: 11, id: 'm1', from: 'me', at: 1, keyId: 0, name: encodeText('Plan.pdf'), size: 3 });
  expect(call.transfers.get()).toEqual([]);
  expect(call.roster.get().files).toMatchObject([{ name: 'Plan.pdf' }]);
  call.give(new File(['abc'], 'Zwei.pdf'));
  server.last.say({ type: 'error', code: 'files_full', message: '', ref: 'm2' });
  expect(call.transfers.get()).toMatchObject([{ id: 'm2', failed: 'files_full' }]);
});
