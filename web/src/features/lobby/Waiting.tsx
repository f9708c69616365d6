import { Hourglass, ShieldCheck } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { CallView, LobbyView } from '../../call';
import { clockTime, t, type MessageKey } from '../../i18n';
import type { Preview } from '../../media';
import { Button, Heading, Page } from '../../ui';
import { useValue } from '../../value';
import { DeviceDetails, PreviewPane } from '../join';
import { AskHosts } from './AskHosts';
import './lobby.css';

export interface WaitingProps {
  readonly call: CallView;
  readonly preview: Preview;
}

/** In the lobby: nothing is sent, the own preview stays, and one and the hosts can write to each other. Who else waits or is in is not told. */
export function Waiting({ call, preview }: WaitingProps) {
  const lobby = useValue(call.lobby);
  if (!lobby) return null;
  return (
    <Page top>
      <div className="join" data-testid="lobby" data-why={lobby.why}>
        <PreviewPane preview={preview} name={lobby.name} />
        <div className="join-side stack">
          <div className="join-title">
            <p className="soft">{lobby.title || t(`kind.${lobby.kind}`)}</p>
            <Heading>{t(headings[lobby.why])}</Heading>
          </div>
          <p className="lobby-wait" role="status">
            <Hourglass size={20} aria-hidden="true" />
            <span>{t(textOf(lobby))}</span>
          </p>
          <p className="small soft">{t('lobby.unheard', { name: lobby.name })}</p>
          <Told lobby={lobby} />
          {lobby.mayAsk || lobby.asked.length > 0 ? <AskHosts lobby={lobby} onAsk={(text) => call.askHosts(text)} /> : null}
          {lobby.kind === 'consultation' ? <Consultation /> : null}
          <Button wide onPress={() => call.leave()} data-testid="lobby-leave">
            {t('lobby.leave')}
          </Button>
          <p className="join-notes small soft">
            <ShieldCheck size={16} aria-hidden="true" />
            <span>
              {t('join.protection')} {t('join.noRecording')}
            </span>
          </p>
        </div>
        <DeviceDetails preview={preview} />
      </div>
    </Page>
  );
}

const headings: Readonly<Record<LobbyView['why'], MessageKey>> = {
  lobby: 'lobby.title',
  start: 'lobby.titleStart',
  held: 'lobby.titleHeld',
  back: 'lobby.titleBack',
};

function textOf({ why, kind }: LobbyView): MessageKey {
  if (why === 'start') return 'lobby.textStart';
  if (why === 'held') return 'lobby.textHeld';
  return kind === 'consultation' ? 'lobby.textConsultation' : 'lobby.text';
}

/** What a host wrote to those who wait: text, never markup. */
function Told({ lobby }: { readonly lobby: LobbyView }) {
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [lobby.told.length]);
  return (
    <section role="log" aria-label={t('lobby.messages')} className="lobby-told" data-empty={lobby.told.length === 0}>
      {lobby.told.length > 0 ? <h2 className="small">{t('lobby.messages')}</h2> : null}
      <ul>
        {lobby.told.map((told, index) => (
          <li key={`${told.at} ${index}`} ref={index === lobby.told.length - 1 ? end : undefined} data-testid="lobby-told">
            <time className="soft small num">{clockTime(told.at)}</time> {told.text ?? <em>{t('chat.encrypted')}</em>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Consultation() {
  return (
    <p className="lobby-private small" data-testid="lobby-private">
      {t('lobby.private')} {t('level.noSecrecy')} <strong>{t('lobby.emergency')}</strong>
    </p>
  );
}
