import { expect, test } from 'vitest';
import { lobbyMessage, welcomeMessage } from '../test/fakeSocket';
import { somebody } from '../test/meeting';
import { decodeText, encodeText } from './chat';
import { addSending, emptyRoster, fold, handsUp } from './roster';

const anna = somebody('a', 'Anna');
const ben = somebody('b', 'Ben');
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

test('a message is edited and deleted by who wrote it, and only that one: ids are the authors\u2019 own', () => {
  const said = (from: string, text: string) => ({ type: 'chat', seq: 1, id: 'm', from, at: 1, keyId: 0, body: encodeText(text) }) as const;
  const two = fold(fold(begun, said('a', 'eins')), said('b', 'zwei'));
  const edited = fold(two, { type: 'edited', seq: 2, id: 'm', from: 'b', keyId: 0, body: encodeText('drei') });
  expect(edited.chat.map((line) => [line.text, line.edited])).toEqual([['eins', undefined], ['drei', true]]);
  expect(fold(edited, { type: 'deleted', seq: 3, id: 'm', from: 'a' }).chat.map((line) => line.text)).toEqual(['drei']);
});

test('files are there and gone', () => {
  const file = { type: 'file', seq: 1, id: 'f', from: 'b', at: 1, keyId: 0, name: encodeText('Plan.pdf'), size: 5 } as const;
  const given = fold(begun, file);
  expect(given.files).toMatchObject([{ id: 'f', name: 'Plan.pdf', size: 5 }]);
  expect(fold(given, { type: 'deleted', seq: 2, id: 'f', from: 'b', by: 'a' }).files).toEqual([]);
});

test('who waits comes, is renamed and goes; hands stand in the order in which they went up', () => {
  const waiting = { id: 'w', name: 'Eva', since: 1, why: 'lobby' } as const;
  const one = fold(fold(begun, { type: 'knocked', seq: 1, person: waiting }), { type: 'knocked', seq: 2, person: { ...waiting, name: 'Eva K.' } });
  expect(one.waiting.map((person) => person.name)).toEqual(['Eva K.']);
  expect(fold(one, { type: 'wait_over', seq: 3, id: 'w', admitted: true }).waiting).toEqual([]);
  const hands = [somebody('a', 'Anna', { hand: 9 }), somebody('b', 'Ben'), somebody('c', 'Cem', { hand: 7 })];
  expect(handsUp(hands).map((person) => person.id)).toEqual(['c', 'a']);
});

test('sent back to the lobby, nothing is known of the meeting any more', () => {
  expect(fold(begun, lobbyMessage())).toBe(emptyRoster);
});
