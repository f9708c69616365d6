import { expect, test } from 'vitest';
import { tabBox } from './tab';

const box = (link: string, storage?: Storage) => tabBox('key', link, storage);

test('a secret is for its meeting only, and goes when it is forgotten', () => {
  sessionStorage.clear();
  box('one').keep('t1');
  expect(box('one').get()).toBe('t1');
  expect(box('two').get()).toBeUndefined();
  box('one').forget();
  expect(box('one').get()).toBeUndefined();
  expect(sessionStorage.length).toBe(0);
});

test('a browser that forbids storage is no fault', () => {
  const storage = { getItem: () => { throw new DOMException('x', 'SecurityError'); } } as unknown as Storage;
  expect(box('one', storage).get()).toBeUndefined();
});
