import { Camera, CameraOff, Mic, MicOff, MonitorUp, WifiOff } from 'lucide-react';
import type { CallView, Tile } from '../../call';
import { meetingUrl } from '../../api';
import { t } from '../../i18n';
import { Avatar, CopyLink, Panel } from '../../ui';
import { useValue } from '../../value';
import './people.css';

export interface PeoplePanelProps {
  readonly call: CallView;
  readonly link: string;
  readonly onClose: () => void;
}

/** Everybody who is there. Nobody is hidden: who is in the media room stands here, with or without a name. */
export function PeoplePanel({ call, link, onClose }: PeoplePanelProps) {
  const tiles = useValue(call.tiles);
  const cameras = tiles.filter((tile) => tile.source === 'camera');
  const sharing = new Set(tiles.filter((tile) => tile.source === 'screen').map((tile) => tile.identity));
  return (
    <Panel title={t('people.title')} onClose={onClose}>
      <ul className="people">
        {cameras.map((tile) => (
          <Person key={tile.key} tile={tile} sharing={sharing.has(tile.identity)} />
        ))}
      </ul>
      <section className="people-invite">
        <h3 className="small">{t('people.invite')}</h3>
        <CopyLink url={meetingUrl(link)} />
      </section>
    </Panel>
  );
}

function Person({ tile, sharing }: { readonly tile: Tile; readonly sharing: boolean }) {
  const name = tile.name ?? t('stage.unknown');
  return (
    <li className="person" data-testid="person" data-identity={tile.identity} data-name={name} data-away={tile.away}>
      <Avatar name={name} small />
      <span className="person-who">
        <span className="person-name">{tile.self ? t('stage.self', { name }) : name}</span>
        {tile.away ? (
          <span className="person-away small">
            <WifiOff size={15} aria-hidden="true" />
            {t('stage.away')}
          </span>
        ) : null}
      </span>
      {sharing ? <MonitorUp size={17} aria-label={t('stage.screenOf', { name })} /> : null}
      {tile.video ? <Camera size={17} aria-label={t('cam.isOn')} /> : <CameraOff size={17} className="soft" aria-label={t('cam.isOff')} />}
      {tile.muted ? <MicOff size={17} className="soft" aria-label={t('mic.isOff')} /> : <Mic size={17} aria-label={t('mic.isOn')} />}
    </li>
  );
}
