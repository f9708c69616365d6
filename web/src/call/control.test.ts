import { expect, test } from 'vitest';
import type { ServerMessage } from '../api/control.gen';
import { FakeServer, lobbyMessage, welcomeMessage } from '../test/fakeSocket';
import { somebody } from '../test/meeting';
import { VirtualClock } from '../test/virtualClock';
import { Control, type ControlState } from './control';

function setUp() {
  const clock = new VirtualClock();
  const server = new FakeServer();
  const states: ControlState[] = [];
  const messages: ServerMessage[] = [];
  const ticket: { now: string | undefined } = { now: undefined };
  const control = new Control({
    link: 'link',
    entry: { name: 'Anna' },
    ticket: () => ticket.now,
    clock,
    open: server.open,
    listener: { onState: (state) => states.push(state), onMessage: (message) => messages.push(message) },
  });
  control.start();
  return { clock, server, states, messages, control, ticket };
}

test('joins with link and name, and is open with the welcome', () => {
  const { server, states, messages } = setUp();
  server.last.open();
  expect(server.last.sent).toEqual([{ type: 'join', link: 'link', name: 'Anna' }]);
  expect(states).toEqual([]);
  server.welcome();
  expect(states).toEqual(['open']);
  expect(messages.map((message) => message.type)).toEqual(['welcome']);
});

test('pings every 2 s and stays open as long as pongs come', async () => {
  const { clock, server, states } = setUp();
  server.welcome();
  for (let second = 0; second < 30; second += 2) {
    await clock.advance(2000);
    server.last.say({ type: 'pong' });
  }
  expect(server.last.types.filter((type) => type === 'ping')).toHaveLength(15);
  expect(states).toEqual(['open']);
});

test('takes 4 s of silence for lost and rejoins with session and seq', async () => {
  const { clock, server, states } = setUp();
  server.welcome();
  server.last.say({ type: 'joined', seq: 11, person: somebody('b', 'Ben') });
  await clock.advance(3999);
  expect(states).toEqual(['open']);
  await clock.advance(1);
  expect(states).toEqual(['open', 'lost']);
  expect(server.sockets[0]?.closed).toBe(true);
  expect(server.sockets).toHaveLength(2); // at once
  server.last.open();
  expect(server.last.sent).toEqual([{ type: 'rejoin', link: 'link', session: 'secret-1', seq: 11 }]);
  server.last.say({ type: 'resumed', seq: 11 });
  expect(states).toEqual(['open', 'lost', 'open']);
});

test('passes replayed events on once', () => {
  const { server, messages } = setUp();
  server.welcome();
  server.last.say({ type: 'left', seq: 11, id: 'x' });
  server.last.breakOff();
  server.last.say({ type: 'left', seq: 12, id: 'old socket' });
  expect(messages.map((message) => message.type)).toEqual(['welcome', 'left']);
});

test('drops events it has seen', () => {
  const { server, messages } = setUp();
  server.welcome();
  server.last.say({ type: 'left', seq: 11, id: 'x' });
  server.last.say({ type: 'left', seq: 11, id: 'x' });
  server.last.say({ type: 'left', seq: 12, id: 'y' });
  expect(messages.filter((message) => message.type === 'left')).toHaveLength(2);
});

test('backs off 0, 0.3, 1, 2, 4, 4 s', async () => {
  const { clock, server } = setUp();
  server.welcome();
  const pauses: number[] = [];
  for (const pause of [0, 300, 1000, 2000, 4000, 4000]) {
    const before = server.sockets.length;
    server.last.breakOff();
    if (pause > 0) {
      await clock.advance(pause - 1);
      expect(server.sockets).toHaveLength(before);
      await clock.advance(1);
    } else {
      await clock.advance(0);
    }
    expect(server.sockets).toHaveLength(before + 1);
    pauses.push(pause);
  }
  expect(pauses).toHaveLength(6);
});

test('a connection that never opens counts as silent too', async () => {
  const { clock, server, states } = setUp();
  await clock.advance(4000);
  expect(server.sockets).toHaveLength(2);
  expect(states).toEqual([]); // still connecting for the first time
});

test('joins anew on the same connection when the place is gone', async () => {
  const { clock, server, states, ticket } = setUp();
  server.welcome();
  ticket.now = 'ticket-1';
  server.last.breakOff();
  await clock.advance(0);
  server.last.open();
  server.last.say({ type: 'error', code: 'session_unknown', message: '' });
  expect(server.last.types).toEqual(['rejoin', 'join']);
  expect(server.last.sent[1]).toMatchObject({ ticket: 'ticket-1' }); // the same role, without the lobby
  server.last.say(welcomeMessage({ seq: 0, self: 'me2', session: 's2' }));
  expect(states.at(-1)).toBe('open');
});

test.each(['meeting_unknown', 'name_invalid', 'too_many'] as const)('a join refused with %s is final', async (code) => {
  const { clock, server, states } = setUp();
  server.last.open();
  server.last.say({ type: 'error', code, message: '' });
  expect(states).toEqual(['closed']);
  await clock.advance(60_000);
  expect(server.sockets).toHaveLength(1);
});

test('replaced is final, shutting down is not', async () => {
  const replaced = setUp();
  replaced.server.welcome();
  replaced.server.last.say({ type: 'closing', code: 'replaced' });
  expect(replaced.states).toEqual(['open', 'closed']);

  const restart = setUp();
  restart.server.welcome();
  restart.server.last.say({ type: 'closing', code: 'shutting_down' });
  restart.server.last.breakOff();
  await restart.clock.advance(1000);
  expect(restart.states).toEqual(['open', 'lost']);
  expect(restart.server.sockets.length).toBeGreaterThan(1);
});

test('says nothing while lost, and leaves for good', async () => {
  const { clock, server, control, states } = setUp();
  server.welcome();
  expect(control.send({ type: 'token' })).toBe(true);
  server.last.breakOff();
  expect(control.send({ type: 'token' })).toBe(false);
  control.leave();
  await clock.advance(60_000);
  expect(states).toEqual(['open', 'lost', 'closed']);
  expect(server.sockets).toHaveLength(1);
});

test.each(['', '[]', '"x"', 'null', '{', '{"type":"of another version"}'])('survives %s', (data) => {
  const { server, states } = setUp();
  server.welcome();
  server.last.onmessage?.({ data });
  expect(states).toEqual(['open']);
});

test('who waits pings, comes back to the lobby after a break, and can leave', async () => {
  const { clock, server, states, control } = setUp();
  server.last.open();
  server.last.say(lobbyMessage());
  expect(states).toEqual(['waiting']);
  expect(control.send({ type: 'hand', up: true })).toBe(false);
  await clock.advance(2000);
  expect(server.last.types).toEqual(['join', 'ping']);
  server.last.breakOff();
  await clock.advance(0);
  server.last.open();
  expect(server.last.sent).toEqual([{ type: 'rejoin', link: 'link', session: 'secret-0', seq: 0 }]);
  server.last.say(lobbyMessage());
  const last = server.last;
  control.leave();
  expect(last.types).toEqual(['rejoin', 'leave']);
});

test('sent back to the lobby, events are counted anew', () => {
  const { server, states, messages } = setUp();
  server.welcome({ seq: 10 });
  server.last.say(lobbyMessage({ why: 'back' }));
  server.last.say(welcomeMessage({ seq: 3 }));
  server.last.say({ type: 'left', seq: 4, id: 'b' });
  expect(states).toEqual(['open', 'waiting', 'open']);
  expect(messages.at(-1)?.type).toBe('left');
});

test.each(['refused', 'removed', 'ended', 'locked', 'companion_over'] as const)('after %s it does not come back by itself', async (code) => {
  const { clock, server, states } = setUp();
  server.welcome();
  server.last.say({ type: 'closing', code });
  server.last.breakOff();
  await clock.advance(60_000);
  expect(states.at(-1)).toBe('closed');
  expect(server.sockets).toHaveLength(1);
});
