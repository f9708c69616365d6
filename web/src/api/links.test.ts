import { afterEach, expect, test } from 'vitest';
import { linkFrom, meetingUrl } from './links';

const link = 'AbCdEfGhIjKlMnOpQrStUv';
afterEach(() => void (document.head.innerHTML = ''));

test('the address to pass on is the one that others reach', () => {
  expect(meetingUrl(link)).toBe(`${window.location.origin}/m/${link}`);
  document.head.innerHTML = '<meta name="konklave-address" content="https://example.org" />';
  expect(meetingUrl(link)).toBe(`https://example.org/m/${link}`);
});

test('a link with the public address is one of this server', () => {
  expect(linkFrom(`https://example.org/m/${link}`)).toEqual({ kind: 'elsewhere', host: 'example.org' });
  document.head.innerHTML = '<meta name="konklave-address" content="https://example.org" />';
  expect(linkFrom(`https://example.org/m/${link}`)).toEqual({ kind: 'link', link });
  expect(linkFrom(`https://elsewhere.test/m/${link}`)).toEqual({ kind: 'elsewhere', host: 'elsewhere.test' });
});

test('the code of a slip is known as one, however it is typed', () => {
  for (const typed of ['ABCD-EFGH-IJKL-MNOP-QRST-UV23-45', 'abcd efgh ijkl mnop qrst uv23 45', 'ABCDEFGH1JKLMN0PQRSTUV2345']) {
    expect(linkFrom(typed)).toEqual({ kind: 'slip', code: 'ABCDEFGHIJKLMNOPQRSTUV2345' });
  }
  expect(linkFrom('ABCD-EFGH')).toEqual({ kind: 'none' });
});
