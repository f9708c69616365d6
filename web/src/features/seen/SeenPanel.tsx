import { Camera, CameraOff, Mic, MicOff, MonitorUp, MonitorX, Volume2, type LucideIcon } from 'lucide-react';
import type { CallView, Roster } from '../../call';
import { t, type MessageKey } from '../../i18n';
import { Panel } from '../../ui';
import { useValue } from '../../value';
import { hearersOf, type Hearers } from './hearers';
import './seen.css';

const looks: Readonly<Record<Hearers['source'], { readonly on: LucideIcon; readonly off: LucideIcon; readonly name: MessageKey; readonly by: MessageKey; readonly nobody: MessageKey; readonly isOff: MessageKey }>> = {
  microphone: { on: Mic, off: MicOff, name: 'mic.name', by: 'seen.heardBy', nobody: 'seen.heardByNobody', isOff: 'seen.micOff' },
  camera: { on: Camera, off: CameraOff, name: 'cam.name', by: 'seen.seenBy', nobody: 'seen.seenByNobody', isOff: 'seen.camOff' },
  screen: { on: MonitorUp, off: MonitorX, name: 'share.short', by: 'seen.screenBy', nobody: 'seen.screenByNobody', isOff: 'seen.screenOff' },
  screen_audio: { on: Volume2, off: MonitorX, name: 'seen.screenSound', by: 'seen.heardBy', nobody: 'seen.heardByNobody', isOff: 'seen.screenOff' },
};

/** To whom the server forwards the own sound and picture at this moment, as it says itself. */
export function SeenPanel({ call, onClose }: { readonly call: CallView; readonly onClose: () => void }) {
  const audience = useValue(call.audience);
  const roster = useValue(call.roster);
  return (
    <Panel title={t('seen.title')} onClose={onClose}>
      <div className="seen" data-testid="seen" aria-live="polite" tabIndex={0}>
        {hearersOf(audience).map((one) => (
          <Source key={`${one.device} ${one.source}`} hearers={one} roster={roster} />
        ))}
        <p className="small soft">{t('seen.source')}</p>
        <p className="small soft">{t('level.transport')}</p>
      </div>
    </Panel>
  );
}

function Source({ hearers, roster }: { readonly hearers: Hearers; readonly roster: Roster }) {
  const { source, received, count, people, device } = hearers;
  const look = looks[source];
  const Icon = received ? look.on : look.off;
  const names = people.map((id) => roster.names.get(id) ?? t('stage.unknown'));
  const more = count - names.length;
  const elsewhere = device !== '' && device !== roster.self;
  return (
    <section className="seen-source" data-testid={`seen-${source}`} data-received={received} data-count={count}>
      <h3>
        <Icon size={18} aria-hidden="true" />
        {t(look.name)}
        {elsewhere ? <span className="soft small"> {t('seen.otherDevice')}</span> : null}
      </h3>
      <p className="small">{received ? (count === 0 ? t(look.nobody) : t(look.by, { n: count })) : t(look.isOff)}</p>
      {names.length > 0 || more > 0 ? (
        <ul className="small">
          {names.map((name, index) => (
            <li key={people[index]}>{name}</li>
          ))}
          {more > 0 ? <li className="soft">{t('seen.more', { n: more })}</li> : null}
        </ul>
      ) : null}
    </section>
  );
}
