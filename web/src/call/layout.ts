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
  const thickness = stripThickness(input, beside);
  const taken = thickness === 0 ? 0 : thickness + gap;
  const main = beside ? { width: width - taken, height } : { width, height: height - taken };
  const focus = gridLayout({ ...main, count: screens, gap, ...(beside ? {} : { maxColumns: 1 }) });
  const box = beside ? { width: thickness, height } : { width, height: thickness };
  const [right, down] = beside ? [main.width + gap, 0] : [0, main.height + gap];
  return {
    focus: screens === 1 ? [{ x: 0, y: 0, ...main }] : focus, // a screen may have any shape: all the room is its
    strip: gridLayout({ ...box, count, gap }).map((rect) => ({ ...rect, x: rect.x + right, y: rect.y + down })),
  };
}

// A strip of one row or column as long as it is short enough to read; with more people it grows, but never to the half.
function stripThickness({ width, height, gap, count }: LayoutInput, beside: boolean): number {
  if (count === 0) return 0;
  if (beside) return Math.floor(clamp(width * (count > 6 ? 0.28 : 0.2), SMALLEST, 360));
  const columns = Math.min(count, fitting(width, gap));
  const rows = Math.ceil(count / columns);
  const tileHeight = (width - gap * (columns - 1)) / columns / TALLEST;
  return Math.floor(clamp(rows * (tileHeight + gap) - gap, SMALLEST * 0.75, height * (rows > 1 ? 0.36 : 0.25)));
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
  const columns = Math.min(count, fitting(width, gap), Math.max(maxColumns ?? count, 3));
  const tileWidth = Math.floor((width - gap * (columns - 1)) / columns);
  return { columns, width: tileWidth, height: Math.floor(tileWidth / (4 / 3)) };
}

/** How many of the smallest tiles stand side by side. */
function fitting(width: number, gap: number): number {
  return Math.max(1, Math.floor((width + gap) / (SMALLEST + gap)));
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

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
