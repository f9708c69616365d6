import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { encode } from 'uqr';
import { CopyLink, Heading, initials, pictureFit } from '.';
import { squares } from './Qr';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test.each([
  ['Anna Maria Berg', 'AB'],
  ['Elternteil Nummer 10', 'EN'],
  ['<b>Otto</b>', 'B'],
  ['(Prof.) Ünal', 'PÜ'],
  ['12 34', ''],
  ['🙂', ''],
  ['陈 伟', '陈伟'],
])('the initials of %s are %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test('a heading names the window as long as it is there', () => {
  const { rerender, unmount } = render(<Heading>Konten</Heading>);
  expect(document.title).toBe('Konten – Konklave');
  rerender(<Heading>Betreiber</Heading>);
  expect(document.title).toBe('Betreiber – Konklave');
  unmount();
  expect(document.title).toBe('Konklave');
});

test.each([
  ['wide in wide', 16, 9, 16, 9, 'cover'],
  ['wide in 4:3', 16, 9, 4, 3, 'cover'],
  ['wide in a square', 16, 9, 1, 1, 'contain'],
  ['upright in wide', 9, 16, 16, 9, 'contain'],
  ['unknown', 0, 0, 16, 9, 'cover'],
] as const)('a picture %s', (_, width, height, w, h, fit) => {
  expect(pictureFit({ width, height }, { width: w, height: h })).toBe(fit);
});

test('"copied" goes back after 3 s', async () => {
  vi.useFakeTimers();
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: async () => undefined }, configurable: true });
  render(<CopyLink url="/m/x" />);
  const button = screen.getByTestId('copy-link');
  const before = button.textContent;
  await act(async () => button.click());
  expect(button.textContent).not.toBe(before);
  await act(async () => vi.advanceTimersByTime(3000));
  expect(button.textContent).toBe(before);
});

test('a QR code is drawn square by square', () => {
  const { data, size } = encode('https://example.org/m/AbCdEfGhIjKlMnOpQrStUv', { border: 3 });
  const drawn = data.map((row) => row.map(() => false));
  for (const [, x, y, width] of squares(data).matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g)) {
    for (let at = Number(x); at < Number(x) + Number(width); at++) drawn[Number(y)]![at] = true;
  }
  expect(size).toBe(data.length);
  expect(drawn).toEqual(data);
});
