import { Camera, Hand, Maximize2, MicOff, Minimize2, MonitorUp, Pause, VolumeX, WifiOff } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import type { Playable, Rect, Tile } from '../../call';
import { address, t } from '../../i18n';
import { Avatar, WeakSignal, pictureFit } from '../../ui';
import { useValue } from '../../value';
import { reactionOf } from '../hands';
import { Player } from './Player';
import type { Size } from './useSize';
import './tile.css';

export type PausedWhy = 'stage.pausedWhy' | 'stage.pausedServer';

export interface VideoTileProps {
  readonly tile: Tile;
  readonly rect: Rect;
  readonly pinned: boolean;
  /** the one tile that the Tab key stops at */
  readonly tabStop: boolean;
  /** why pictures are paused, where they are */
  readonly pausedWhy: PausedWhy;
  readonly onPin: (key: string) => void;
}

/** One person or one shared screen: picture or initials, name, and whether they are heard. A click enlarges it. */
export const VideoTile = memo(function VideoTile({ tile, rect, pinned, tabStop, pausedWhy, onPin }: VideoTileProps) {
  const [picture, onPicture] = usePicture(tile.video);
  useValue(address);
  const name = tile.name ?? t('stage.unknown');
  const label = labelOf(tile, name);
  const PinIcon = pinned ? Minimize2 : Maximize2;
  return (
    <div
      className="tile"
      role="listitem"
      aria-label={t('stage.tile', { name: label, state: stateOf(tile, pausedWhy) }).replace(/: $/, '')}
      style={{ transform: `translate(${rect.x}px, ${rect.y}px)`, width: rect.width, height: rect.height }}
      onClick={() => onPin(tile.key)}
      data-testid="tile"
      data-identity={tile.identity}
      data-name={name}
      data-source={tile.source}
      data-self={tile.self}
      data-muted={tile.muted}
      data-speaking={tile.speaking}
      data-away={tile.away}
      data-weak={tile.weak}
      data-paused={tile.paused}
      data-hand={tile.hand}
      data-reaction={tile.reaction}
      data-picture={picture !== undefined}
      data-pinned={pinned}
    >
      {picture ? null : <NoPicture tile={tile} name={name} />}
      {tile.video ? (
        <Player
          playable={tile.video}
          kind="video"
          mirrored={tile.self && tile.source === 'camera'}
          fit={tile.source !== 'screen' && picture ? pictureFit(picture, rect) : 'cover'}
          onPicture={onPicture}
        />
      ) : null}
      {tile.audio ? <Player playable={tile.audio} kind="audio" /> : null}
      {tile.paused && !tile.away ? <Paused tile={tile} name={name} why={pausedWhy} /> : null}
      {tile.away ? (
        <p className="tile-away small" data-testid="tile-away">
          <WifiOff size={18} aria-hidden="true" />
          {t('stage.away')}
        </p>
      ) : null}
      {tile.hand > 0 ? (
        <p className="tile-hand num" aria-hidden="true">
          <Hand size={16} />
          {tile.hand}
        </p>
      ) : null}
      <Reaction id={tile.reaction} />
      <div className="tile-name" aria-hidden="true">
        {tile.source === 'camera' && tile.muted ? <MicOff size={15} /> : null}
        {tile.source === 'screen' ? <MonitorUp size={15} /> : null}
        {tile.source === 'second' ? <Camera size={15} /> : null}
        <span>{label}</span>
        {tile.hushed && !tile.away ? <Sign kind="hushed" icon={<VolumeX size={15} />} word={t('stage.hushed')} /> : null}
        {tile.weak ? <Sign kind="weak" icon={<WeakSignal size={16} />} word={t('stage.weak')} /> : null}
      </div>
      <button
        type="button"
        className="tile-pin"
        aria-label={t(pinned ? 'stage.unpin' : 'stage.pin', { name: label })}
        aria-pressed={pinned}
        tabIndex={tabStop ? 0 : -1}
        data-testid="tile-pin"
      >
        <PinIcon size={18} aria-hidden="true" />
      </button>
    </div>
  );
});

/** In place of a picture that stands still. */
function Paused({ tile, name, why }: { readonly tile: Tile; readonly name: string; readonly why: PausedWhy }) {
  return (
    <div className="tile-paused" data-testid="tile-paused">
      {tile.source === 'screen' ? <MonitorUp size={32} aria-hidden="true" /> : <Avatar name={name} />}
      <p className="small">
        <Pause size={16} aria-hidden="true" />
        {t('stage.paused')}
      </p>
      <p className="small soft tile-paused-why">{t(why)}</p>
    </div>
  );
}

interface SignProps {
  /** somebody's line is bad, or the sound of a screen waits */
  readonly kind: 'weak' | 'hushed';
  readonly icon: ReactNode;
  readonly word: string;
}

/** What is the matter: a sign, and the word for who points at the tile or comes to it by key. Where there is room the sound's always stands there. */
function Sign({ kind, icon, word }: SignProps) {
  return (
    <span className={`tile-sign tile-${kind}`} data-testid={`tile-${kind}`}>
      {icon}
      <span className="tile-sign-word">{word}</span>
    </span>
  );
}

function Reaction({ id }: { readonly id: string | undefined }) {
  const look = reactionOf(id);
  if (!look) return null;
  const Icon = look.icon;
  return (
    <p className="tile-reaction small" data-testid="tile-reaction">
      <Icon size={22} aria-hidden="true" />
      {t(look.word)}
    </p>
  );
}

/** The size of the picture, once there is one of this track. */
function usePicture(video: Playable | undefined) {
  const [seen, setSeen] = useState<{ readonly video: Playable; readonly size: Size }>();
  const size = seen && seen.video === video ? seen.size : undefined;
  const onPicture = (next: Size) => {
    if (video) setSeen({ video, size: next });
  };
  return [size, onPicture] as const;
}

// An empty tile would look broken: say who it is, and that the picture is still to come.
function NoPicture({ tile, name }: { readonly tile: Tile; readonly name: string }) {
  return (
    <div className="tile-none">
      {tile.source === 'camera' ? <Avatar name={name} /> : <MonitorUp size={32} aria-hidden="true" />}
      {tile.video && !tile.away ? <p className="small soft tile-coming">{t('stage.noPicture')}</p> : null}
    </div>
  );
}

function labelOf(tile: Tile, name: string): string {
  if (tile.source === 'second') return tile.self ? t('stage.ownSecond') : t('stage.secondOf', { name });
  if (tile.source === 'screen') return tile.self ? t('stage.ownScreen') : t('stage.screenOf', { name });
  return tile.self ? t('stage.self', { name }) : name;
}

function stateOf(tile: Tile, pausedWhy: PausedWhy): string {
  if (tile.away) return t('stage.away');
  const voice = tile.muted ? t('stage.muted') : tile.speaking ? t('stage.speaking') : t('mic.isOn');
  return [
    ...(tile.source === 'camera' ? [voice] : []),
    ...(tile.hand > 0 ? [t('hand.place', { n: tile.hand })] : []),
    ...(tile.weak ? [t('stage.weak')] : []),
    ...(tile.hushed ? [`${t('stage.hushed')}: ${t('stage.pausedWhy')}`] : []),
    ...(tile.paused ? [`${t('stage.paused')}: ${t(pausedWhy)}`] : []),
  ].join(', ');
}
