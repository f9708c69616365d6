import { expect, test } from 'vitest';
import { personOf, welcomeMessage } from '../test/fakeSocket';
import { addSending, decodeText, emptyRoster, encodeText, fold } from './roster';

const anna = personOf('a', 'Anna');
const ben = personOf('b', 'Ben', { joinedAt: 2 });
const begun = fold(emptyRoster, welcomeMessage({ self: 'a', people: [anna] }));

test('people come and go, their names stay', () => {
  const two = fold(begun, { type: 'joined', seq: 1, person: ben });
  expect(two.people).toEqual([anna, ben]);
  const one = fold(two, { type: 'left', seq: 2, id: 'b' });
  expect(one.people).toEqual([anna]);
  expect(one.names.get('b')).toBe('Ben');
});

test('who is away stays, and comes back', () => {
  const two = fold(begun, { type: 'joined', seq: 1, person: ben });
  const away = fold(two, { type: 'away', seq: 2, id: 'b' });
  expect(away.people.map((person) => person.away === true)).toEqual([false, true]);
  expect(fold(away, { type: 'back', seq: 3, id: 'b' }).people.some((person) => person.away)).toBe(false);
});

test('a repeated joined does not double a person', () => {
  const twice = fold(fold(begun, { type: 'joined', seq: 1, person: ben }), { type: 'joined', seq: 2, person: ben });
  expect(twice.people).toEqual([anna, ben]);
});

test('an own message is sending until it comes back, and then stands in the order of the server', () => {
  const sending = addSending(begun, 'm1', 'Hallo', 5);
  expect(sending.chat).toMatchObject([{ id: 'm1', text: 'Hallo', state: 'sending', from: 'a' }]);
  const other = fold(sending, { type: 'chat', seq: 1, id: 'm0', from: 'b', at: 4, keyId: 0, body: encodeText('Moin') });
  expect(other.chat.map((line) => line.id)).toEqual(['m0', 'm1']);
  const said = fold(other, { type: 'chat', seq: 2, id: 'm1', from: 'a', at: 6, keyId: 0, body: encodeText('Hallo') });
  expect(said.chat).toMatchObject([{ id: 'm0', state: 'said' }, { id: 'm1', state: 'said' }]);
});

test('a refused message is marked', () => {
  const sending = addSending(begun, 'm1', 'Hallo', 5);
  const refused = fold(sending, { type: 'error', code: 'rate_limited', message: '', ref: 'm1' });
  expect(refused.chat[0]?.state).toBe('failed');
});

test('a fresh welcome keeps what was not said yet', () => {
  const sending = addSending(begun, 'm1', 'Hallo', 5);
  const said = { id: 'm0', from: 'b', at: 3, keyId: 0, body: encodeText('Moin') };
  const again = fold(sending, welcomeMessage({ self: 'a', people: [anna], chat: [said] }));
  expect(again.chat.map((line) => [line.id, line.state])).toEqual([['m0', 'said'], ['m1', 'sending']]);
});

test('text with another key is not shown as text', () => {
  const sealed = fold(begun, { type: 'chat', seq: 1, id: 'm', from: 'b', at: 1, keyId: 7, body: 'AAAA' });
  expect(sealed.chat[0]?.text).toBeUndefined();
});

test.each(['Grüße, 你好 👋🏽', '', '<b>&amp;</b>', 'x'.repeat(2000)])('text survives base64: %s', (text) => {
  expect(decodeText(encodeText(text))).toBe(text);
});

test('what is not base64 is no text', () => {
  expect(decodeText('***')).toBeUndefined();
});
