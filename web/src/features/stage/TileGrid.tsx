import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { focusLayout, gridLayout, seat, type Rect, type Tile } from '../../call';
import { useSize } from './useSize';
import { VideoTile, type PausedWhy } from './VideoTile';

const GAP = 8;
/** Below this width (CSS pixels) and taller than wide it is a phone: two columns at most. */
const PHONE = 600;

/** All tiles, each at its place: call/layout.ts says where, this only draws. One of them may be pinned, that is large. */
export function TileGrid({ tiles, pausedWhy }: { readonly tiles: readonly Tile[]; readonly pausedWhy: PausedWhy }) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const seated = useSeats(tiles);
  const [pinned, setPinned] = useState<string>();
  const [active, setActive] = useState<string>();
  const placed = useMemo(() => arrange(seated, pinned, size.width, size.height), [seated, pinned, size.width, size.height]);
  const onPin = useCallback((key: string) => {
    setActive(key);
    setPinned((before) => (before === key ? undefined : key));
  }, []);
  const tabStop = placed.some(({ tile }) => tile.key === active) ? active : placed[0]?.tile.key;
  return (
    <div ref={box} className="tiles" role="list" onKeyDown={moveFocus}>
      {placed.map(({ tile, rect }) => (
        <VideoTile key={tile.key} tile={tile} rect={rect} pinned={tile.key === pinned} tabStop={tile.key === tabStop} pausedWhy={pausedWhy} onPin={onPin} />
      ))}
    </div>
  );
}

// One stop of the Tab key for all tiles; the arrows go on from there.
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('.tile-pin')];
  const next = buttons[buttons.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

interface Placed {
  readonly tile: Tile;
  readonly rect: Rect;
}

function arrange(tiles: readonly Tile[], pinned: string | undefined, width: number, height: number): readonly Placed[] {
  const large = largeOf(tiles, pinned);
  const input = { width, height, gap: GAP, ...(width < PHONE && height > width ? { maxColumns: 2 } : {}) };
  if (large.length === 0) return pair(tiles, gridLayout({ ...input, count: tiles.length }));
  const others = tiles.filter((tile) => !large.includes(tile));
  const layout = focusLayout({ ...input, count: others.length, screens: large.length });
  const places = new Map([...pair(large, layout.focus), ...pair(others, layout.strip)].map((place) => [place.tile.key, place]));
  return tiles.flatMap((tile) => places.get(tile.key) ?? []); // their order stays, so that the Tab key does not jump
}

/** What is shown large: the pinned tile, else shared screens. One's own screen is no news to oneself. */
function largeOf(tiles: readonly Tile[], pinned: string | undefined): readonly Tile[] {
  const chosen = tiles.filter((tile) => tile.key === pinned);
  return chosen.length > 0 ? chosen : tiles.filter((tile) => tile.source === 'screen' && !tile.self);
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
