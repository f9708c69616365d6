import { Camera, CameraOff, Hand, Mic, MicOff, MonitorUp, Speech, WifiOff } from 'lucide-react';
import type { CallView, Roster, Tile } from '../../call';
import { t } from '../../i18n';
import { Avatar } from '../../ui';
import { PersonMenu, type Question } from './PersonMenu';

export interface PersonRowProps {
  readonly call: CallView;
  readonly tile: Tile;
  /** undefined: in the media room only. Shown all the same: nobody is hidden. */
  readonly person: Roster['people'][number] | undefined;
  readonly sharing: boolean;
  readonly onWrite: (id: string) => void;
  readonly onAsk: (question: Question, id: string) => void;
}

/** One person: name and role, what is on, and what may be done. */
export function PersonRow({ call, tile, person, sharing, onWrite, onAsk }: PersonRowProps) {
  const name = tile.name ?? t('stage.unknown');
  const sending = { microphone: !tile.muted, camera: tile.video !== undefined, screen: sharing };
  return (
    <li className="person" data-testid="person" data-identity={tile.identity} data-name={name} data-away={tile.away} data-role={person?.role}>
      <Avatar name={name} small />
      <span className="person-who">
        <span className="person-name">{tile.self ? t('stage.self', { name }) : name}</span>
        {tile.away ? (
          <span className="person-away small">
            <WifiOff size={15} aria-hidden="true" />
            {t('stage.away')}
          </span>
        ) : (
          <Role person={person} />
        )}
      </span>
      {tile.hand > 0 ? (
        <span className="person-hand small num" aria-label={t('hand.place', { n: tile.hand })} role="img">
          <Hand size={17} aria-hidden="true" />
          {tile.hand}
        </span>
      ) : null}
      {person?.floor ? <Speech size={17} role="img" aria-label={t('hand.hasFloor')} /> : null}
      {sharing ? <MonitorUp size={17} role="img" aria-label={t('stage.screenOf', { name })} /> : null}
      {tile.video ? <Camera size={17} role="img" aria-label={t('cam.isOn')} /> : <CameraOff size={17} className="soft" role="img" aria-label={t('cam.isOff')} />}
      {tile.muted ? <MicOff size={17} className="soft" role="img" aria-label={t('mic.isOff')} /> : <Mic size={17} role="img" aria-label={t('mic.isOn')} />}
      {person ? <PersonMenu call={call} person={person} sending={sending} onWrite={onWrite} onAsk={onAsk} /> : null}
    </li>
  );
}

/** What distinguishes somebody: a role beyond taking part, and that nobody has checked the name. */
function Role({ person }: { readonly person: PersonRowProps['person'] }) {
  if (!person) return null;
  const said = [
    ...(person.role === 'participant' ? [] : [t(`role.${person.role}`)]),
    ...(person.guest ? [t('person.guest')] : []),
    ...(person.companions?.length ? [t('person.devices', { n: person.companions.length + 1 })] : []),
  ];
  return said.length === 0 ? null : <span className="person-role soft small">{said.join(' · ')}</span>;
}
