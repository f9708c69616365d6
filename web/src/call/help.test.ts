// The code for help: who has one, and when it is over.

import { expect, test } from 'vitest';
import { setUpInside } from '../test/callRig';
import { lobbyMessage, welcomeMessage } from '../test/fakeSocket';

const none = { code: undefined, watched: false };

async function withCode() {
  const all = await setUpInside();
  all.call.order({ type: 'help.start' });
  expect(all.server.last.types).toContain('help.start');
  all.server.last.say({ type: 'help.code', code: '12345678', until: 0 });
  expect(all.call.help.get()).toEqual({ code: '12345678', watched: false });
  return all;
}

test('who looks is told as long as they do', async () => {
  const { call, server } = await withCode();
  server.last.say({ type: 'help.watched', watching: true });
  expect(call.help.get()).toEqual({ code: '12345678', watched: true });
  server.last.say({ type: 'help.watched', watching: false });
  expect(call.help.get()).toEqual({ code: '12345678', watched: false });
});

test('the person ends it, when the server can hear that', async () => {
  const { call, server, clock } = await withCode();
  server.last.say({ type: 'help.watched', watching: true });
  server.last.breakOff();
  call.order({ type: 'help.stop' });
  expect(call.help.get()).toEqual({ code: '12345678', watched: true, asked: 'unheard' }); // it goes on, and that is said
  await clock.advance(0);
  server.last.open();
  server.last.say({ type: 'resumed', seq: 10 });
  expect(call.help.get()).toEqual({ code: '12345678', watched: true });
  call.order({ type: 'help.stop' });
  expect(server.last.types).toContain('help.stop');
  expect(call.help.get()).toEqual(none);
});

test('a code that is asked for is on its way, or said not to be', async () => {
  const { call, server, clock } = await setUpInside();
  call.order({ type: 'help.start' });
  expect(call.help.get().asked).toBe('coming');
  server.last.breakOff();
  expect(call.help.get().asked).toBe('unheard');
  call.order({ type: 'help.start' });
  expect(call.help.get().asked).toBe('unheard');
  await clock.advance(0);
  server.last.open();
  server.last.say({ type: 'resumed', seq: 10 });
  expect(call.help.get()).toEqual(none);
  call.order({ type: 'help.start' });
  server.last.say({ type: 'error', code: 'forbidden', message: '', ref: 'help.start' });
  expect(call.help.get()).toEqual(none);
  call.order({ type: 'help.start' });
  server.last.say({ type: 'help.code', code: '12345678', until: 0 });
  expect(call.help.get()).toEqual({ code: '12345678', watched: false });
});

test('after half an hour it is over', async () => {
  const { call, live } = await withCode();
  await live(29 * 60_000);
  expect(call.help.get().code).toBe('12345678');
  await live(60_000);
  expect(call.help.get()).toEqual(none);
});

test.each([
  ['other rights in the same place change nothing', welcomeMessage(), '12345678'],
  ['another place has no code', welcomeMessage({ self: 'other' }), undefined],
  ['who waits has none', lobbyMessage(), undefined],
] as const)('%s', async (_, message, code) => {
  const { call, server } = await withCode();
  server.last.say(message);
  expect(call.help.get().code).toBe(code);
});

test('nobody looks on unseen: that is said without a code too, as after the page was loaded anew', async () => {
  const { call, server } = await setUpInside();
  server.last.say({ type: 'help.watched', watching: true });
  expect(call.help.get()).toEqual({ code: undefined, watched: true });
});
