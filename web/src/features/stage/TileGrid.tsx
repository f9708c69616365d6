import { useMemo, useRef } from 'react';
import { focusLayout, gridLayout, seat, type Rect, type Tile } from '../../call';
import { useSize } from './useSize';
import { VideoTile } from './VideoTile';

const GAP = 8;
/** Below this width (CSS pixels) and taller than wide it is a phone: two columns at most. */
const PHONE = 600;

/** All tiles, each at its place: call/layout.ts says where, this only draws. */
export function TileGrid({ tiles }: { readonly tiles: readonly Tile[] }) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const seated = useSeats(tiles);
  const placed = useMemo(() => arrange(seated, size.width, size.height), [seated, size.width, size.height]);
  return (
    <div ref={box} className="tiles" role="list">
      {placed.map(({ tile, rect }) => (
        <VideoTile key={tile.key} tile={tile} rect={rect} />
      ))}
    </div>
  );
}

interface Placed {
  readonly tile: Tile;
  readonly rect: Rect;
}

function arrange(tiles: readonly Tile[], width: number, height: number): readonly Placed[] {
  // One's own screen is no news to oneself: it stays among the small tiles.
  const screens = tiles.filter((tile) => tile.source === 'screen' && !tile.self);
  const input = { width, height, gap: GAP, ...(width < PHONE && height > width ? { maxColumns: 2 } : {}) };
  if (screens.length === 0) return pair(tiles, gridLayout({ ...input, count: tiles.length }));
  const others = tiles.filter((tile) => !screens.includes(tile));
  const layout = focusLayout({ ...input, count: others.length, screens: screens.length });
  return [...pair(screens, layout.focus), ...pair(others, layout.strip)];
}

function pair(tiles: readonly Tile[], rects: readonly Rect[]): readonly Placed[] {
  return tiles.flatMap((tile, index) => {
    const rect = rects[index];
    return rect ? [{ tile, rect }] : [];
  });
}

function useSeats(tiles: readonly Tile[]): readonly Tile[] {
  const seats = useRef<readonly string[]>([]);
  return useMemo(() => {
    const byKey = new Map(tiles.map((tile) => [tile.key, tile]));
    seats.current = seat(seats.current, tiles.map((tile) => tile.key));
    return seats.current.flatMap((key) => byKey.get(key) ?? []);
  }, [tiles]);
}
