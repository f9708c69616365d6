import { describe, expect, test } from 'vitest';
import { focusLayout, gridLayout, type Rect } from './layout';

const windows = [
  { width: 1280, height: 680 },
  { width: 1920, height: 960 },
  { width: 700, height: 700 },
  { width: 390, height: 720, maxColumns: 2 },
  { width: 320, height: 540, maxColumns: 2 },
  { width: 820, height: 300 },
];

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function sound(rects: readonly Rect[], width: number) {
  for (const rect of rects) {
    expect(rect.x).toBeGreaterThanOrEqual(0);
    expect(rect.y).toBeGreaterThanOrEqual(0);
    expect(rect.x + rect.width).toBeLessThanOrEqual(width + 1);
    expect(rect.width).toBeGreaterThan(20);
    expect(rect.height).toBeGreaterThan(20);
  }
  rects.forEach((rect, index) => rects.slice(index + 1).forEach((other) => expect(overlap(rect, other)).toBe(false)));
}

describe.each(windows)('in a window of $width x $height', (box) => {
  test.each([1, 2, 3, 4, 5, 7, 9, 12, 16, 25])('%i tiles fit and do not overlap', (count) => {
    const rects = gridLayout({ ...box, count, gap: 8 });
    expect(rects).toHaveLength(count);
    sound(rects, box.width);
  });

  test.each([30, 49, 100])('%i tiles stay wide enough for a name', (count) => {
    const rects = gridLayout({ ...box, count, gap: 8 });
    expect(rects).toHaveLength(count);
    sound(rects, box.width);
    expect(Math.min(...rects.map((rect) => rect.width))).toBeGreaterThanOrEqual(90);
  });

  test.each([0, 1, 4, 20])('a screen is larger than all of %i people', (count) => {
    const { focus, strip } = focusLayout({ ...box, count, gap: 8, screens: 1 });
    expect(focus).toHaveLength(1);
    expect(strip).toHaveLength(count);
    const area = (rect: Rect) => rect.width * rect.height;
    const [screen] = focus;
    expect(screen && area(screen)).toBeGreaterThan(0.4 * box.width * box.height);
    for (const tile of strip) expect(screen && overlap(screen, tile)).toBe(false);
  });
});

test('nothing to lay out', () => {
  expect(gridLayout({ width: 800, height: 600, count: 0, gap: 8 })).toEqual([]);
  expect(gridLayout({ width: 0, height: 600, count: 3, gap: 8 })).toEqual([]);
});

test('a phone held upright has two columns at most', () => {
  for (const count of [2, 3, 5, 8, 12]) {
    const rects = gridLayout({ width: 390, height: 720, count, gap: 8, maxColumns: 2 });
    expect(new Set(rects.map((rect) => rect.x)).size).toBeLessThanOrEqual(3); // two, and the centred last one
    expect(rects.filter((rect) => rect.y === rects[0]?.y).length).toBeLessThanOrEqual(2);
  }
});

test('the last row is centred', () => {
  const rects = gridLayout({ width: 1280, height: 680, count: 5, gap: 8 });
  const last = rects.slice(3);
  const left = last[0]?.x ?? 0;
  const right = 1280 - ((last[1]?.x ?? 0) + (last[1]?.width ?? 0));
  expect(Math.abs(left - right)).toBeLessThanOrEqual(2);
});
