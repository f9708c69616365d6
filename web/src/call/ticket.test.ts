import { expect, test } from 'vitest';
import { ticketBox } from './ticket';

test('a ticket is for its meeting only, and goes when it is forgotten', () => {
  sessionStorage.clear();
  ticketBox('one').keep('t1');
  expect(ticketBox('one').get()).toBe('t1');
  expect(ticketBox('two').get()).toBeUndefined();
  ticketBox('one').forget();
  expect(ticketBox('one').get()).toBeUndefined();
  expect(sessionStorage.length).toBe(0);
});

test('a browser that forbids storage is no fault', () => {
  const storage = { getItem: () => { throw new DOMException('x', 'SecurityError'); } } as unknown as Storage;
  expect(ticketBox('one', storage).get()).toBeUndefined();
});
