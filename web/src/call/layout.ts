// Where the tiles go. Pure: sizes in CSS pixels in, rectangles out.

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LayoutInput {
  readonly width: number;
  readonly height: number;
  /** how many equal tiles */
  readonly count: number;
  readonly gap: number;
  /** more columns than this only when nothing else fits; phones: 2 */
  readonly maxColumns?: number;
}

/**
 * Tiles are at most as wide as 16:9 and at least 4:3, in a tall window 3:4; between those they take what the window
 * gives. Cameras send 16:9 (phones held upright 9:16) and are cropped to the tile.
 */
const WIDEST = 16 / 9;
const TALLEST = 4 / 3;
const TALLEST_UPRIGHT = 3 / 4;
/** Below this width (CSS pixels) a name cannot be read: the grid then scrolls instead of shrinking. */
const SMALLEST = 96;

/**
 * The grid with the largest tiles: every count of columns is tried. Tiles are placed row by row in their order, the
 * last row is centred, the whole is centred. Rectangles may reach below the given height when there are too many.
 */
export function gridLayout(input: LayoutInput): readonly Rect[] {
  const { count, width, height } = input;
  if (count <= 0 || width <= 0 || height <= 0) return [];
  let best: Size | undefined;
  const limit = Math.min(count, input.maxColumns ?? count);
  for (let columns = 1; columns <= limit; columns++) {
    const size = tileSize(columns, input);
    if (size && (!best || area(size) > area(best) * 1.001)) best = size;
  }
  return place(best && best.width >= Math.min(SMALLEST, width) ? best : scrolling(input), input);
}

export interface FocusLayout {
  /** the shared screens, side by side or stacked */
  readonly focus: readonly Rect[];
  readonly strip: readonly Rect[];
}

/** Shared screens large, people in a strip: on the right of a wide window, below in a tall one. */
export function focusLayout(input: LayoutInput & { readonly screens: number }): FocusLayout {
  const { width, height, gap, screens, count } = input;
  const beside = width > height;
  const thickness = count === 0 ? 0 : clamp(beside ? width * 0.2 : height * 0.22, 96, 240);
  const main = beside
    ? { width: width - (thickness ? thickness + gap : 0), height }
    : { width, height: height - (thickness ? thickness + gap : 0) };
  const focus = gridLayout({ ...main, count: screens, gap, ...(beside ? {} : { maxColumns: 1 }) });
  return { focus: screens === 1 ? [{ x: 0, y: 0, ...main }] : focus, strip: strip(input, beside, thickness) };
}

interface Size {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

function tileSize(columns: number, { width, height, count, gap }: LayoutInput): Size | undefined {
  const rows = Math.ceil(count / columns);
  const cellWidth = (width - gap * (columns - 1)) / columns;
  const cellHeight = (height - gap * (rows - 1)) / rows;
  if (cellWidth <= 0 || cellHeight <= 0) return undefined;
  const ratio = clamp(cellWidth / cellHeight, height > width ? TALLEST_UPRIGHT : TALLEST, WIDEST);
  const tileWidth = Math.min(cellWidth, cellHeight * ratio);
  return { columns, width: Math.floor(tileWidth), height: Math.floor(tileWidth / ratio) };
}

// What counts is how large a face is, and that follows the shorter side more than the area.
function area(size: Size): number {
  return Math.min(size.width, size.height * 1.5) * size.height;
}

function scrolling({ width, gap, count, maxColumns }: LayoutInput): Size {
  const fitting = Math.max(1, Math.floor((width + gap) / (SMALLEST + gap)));
  const columns = Math.min(count, fitting, Math.max(maxColumns ?? fitting, 3));
  const tileWidth = Math.floor((width - gap * (columns - 1)) / columns);
  return { columns, width: tileWidth, height: Math.floor(tileWidth / (4 / 3)) };
}

function place(size: Size, { width, height, count, gap }: LayoutInput): readonly Rect[] {
  const rows = Math.ceil(count / size.columns);
  const top = Math.max(0, (height - rows * size.height - (rows - 1) * gap) / 2);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / size.columns);
    const inRow = Math.min(size.columns, count - row * size.columns);
    const left = (width - inRow * size.width - (inRow - 1) * gap) / 2;
    return {
      x: Math.round(left + (index % size.columns) * (size.width + gap)),
      y: Math.round(top + row * (size.height + gap)),
      width: size.width,
      height: size.height,
    };
  });
}

function strip({ width, height, gap, count }: LayoutInput, beside: boolean, thickness: number): readonly Rect[] {
  if (count === 0) return [];
  const along = beside ? height : width;
  const natural = beside ? thickness / WIDEST : thickness;
  const fit = (along - gap * (count - 1)) / count;
  const length = Math.floor(clamp(fit, SMALLEST * 0.6, natural));
  return Array.from({ length: count }, (_, index) => {
    const at = index * (length + gap);
    return beside
      ? { x: width - thickness, y: at, width: thickness, height: length }
      : { x: at, y: height - thickness, width: length, height: thickness };
  });
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
