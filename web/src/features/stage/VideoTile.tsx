import { MicOff, MonitorUp } from 'lucide-react';
import { memo } from 'react';
import type { Rect, Tile } from '../../call';
import { t } from '../../i18n';
import { Avatar } from '../../ui';
import { Player } from './Player';
import './tile.css';

/** One person or one shared screen: picture or initials, name, and whether they are heard. */
export const VideoTile = memo(function VideoTile({ tile, rect }: { readonly tile: Tile; readonly rect: Rect }) {
  const name = tile.name ?? t('stage.unknown');
  const label = labelOf(tile, name);
  return (
    <article
      className="tile"
      role="listitem"
      aria-label={t('stage.tile', { name: label, state: stateOf(tile) }).replace(/: $/, '')}
      style={{ transform: `translate(${rect.x}px, ${rect.y}px)`, width: rect.width, height: rect.height }}
      data-testid="tile"
      data-identity={tile.identity}
      data-name={name}
      data-source={tile.source}
      data-self={tile.self}
      data-muted={tile.muted}
      data-speaking={tile.speaking}
    >
      {tile.video ? <Player playable={tile.video} kind="video" mirrored={tile.self && tile.source === 'camera'} /> : <Avatar name={name} />}
      {tile.audio ? <Player playable={tile.audio} kind="audio" /> : null}
      <div className="tile-name" aria-hidden="true">
        {tile.source === 'camera' && tile.muted ? <MicOff size={15} /> : null}
        {tile.source === 'screen' ? <MonitorUp size={15} /> : null}
        <span>{label}</span>
      </div>
    </article>
  );
});

function labelOf(tile: Tile, name: string): string {
  if (tile.source === 'screen') return tile.self ? t('stage.ownScreen') : t('stage.screenOf', { name });
  return tile.self ? t('stage.self', { name }) : name;
}

function stateOf(tile: Tile): string {
  if (tile.source === 'screen') return '';
  if (tile.muted) return t('stage.muted');
  return tile.speaking ? t('stage.speaking') : t('mic.isOn');
}
