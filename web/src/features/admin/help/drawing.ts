// Lines over time as paths of SVG. Pure: values in, text out.

import { WINDOW } from './history';

export interface Point {
  readonly at: number;
  /** undefined: not known then */
  readonly value: number | undefined;
}

/** The drawing's own units; CSS makes it as wide as there is room. */
export const WIDTH = 600;
export const HEIGHT = 100;

/** No line goes over a time without figures longer than this (milliseconds). */
const GAP = 4000;

/** The end of the axis: 1, 2 or 5 times a power of ten, so that the line stands still while values change a little. */
export function axisEnd(most: number, least: number): number {
  const wanted = Math.max(most, least);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].find((one) => one * power >= wanted * 0.9999) ?? 10;
  return step * power;
}

/** Where a moment lies; the right edge is now. */
export function xOf(at: number, now: number): number {
  return round(WIDTH - ((now - at) / WINDOW) * WIDTH);
}

/** The line through the points, broken where nothing is known. A point alone is a short dash. */
export function lineOf(points: readonly Point[], now: number, end: number): string {
  let path = '';
  let before: number | undefined;
  for (const { at, value } of points) {
    if (value === undefined) {
      before = undefined;
      continue;
    }
    const [x, y] = [xOf(at, now), round(HEIGHT - (Math.min(value, end) / end) * HEIGHT)];
    path += before !== undefined && at - before <= GAP ? `L${x} ${y}` : `M${x} ${y}h0.5`;
    before = at;
  }
  return path;
}

/** The area between two sums of counts, as steps: each count holds until the next is known. */
export function bandOf(points: readonly { readonly at: number; readonly low: number; readonly high: number }[], now: number, end: number): string {
  const y = (value: number) => round(HEIGHT - (value / end) * HEIGHT);
  return points
    .map(({ at, low, high }, index) => {
      if (high === low) return '';
      const until = Math.min(points[index + 1]?.at ?? now, at + GAP);
      return `M${xOf(at, now)} ${y(high)}H${xOf(until, now)}V${y(low)}H${xOf(at, now)}Z`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
