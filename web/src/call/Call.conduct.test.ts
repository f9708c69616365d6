// What the meeting says to a call: chat, lobby, hosts, maintenance, the end.

import { expect, test } from 'vitest';
import { received, setUp, setUpInside } from '../test/callRig';
import { fakeTrack } from '../test/fakeSender';
import { lobbyMessage, welcomeMessage } from '../test/fakeSocket';
import { participates, somebody } from '../test/meeting';
import { decodeText, encodeText } from './chat';

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
