import { useRef, useState } from 'react';
import type { CallView } from '../../call';
import { meetingUrl } from '../../api';
import { t } from '../../i18n';
import { CopyLink, Heading } from '../../ui';
import { useValue } from '../../value';
import { ChatPanel, useUnread } from '../chat';
import { Controls, type PanelName } from '../controls';
import { PeoplePanel } from '../people';
import { Announcer, TroubleBanner } from '../trouble';
import { TileGrid } from './TileGrid';
import './stage.css';

/** The meeting itself: title, banner, tiles, panel, controls. */
export function Stage({ call, link }: { readonly call: CallView; readonly link: string }) {
  const roster = useValue(call.roster);
  const ready = useValue(call.ready);
  const tiles = useValue(call.tiles);
  const [panel, setPanel] = useState<PanelName>();
  const opener = useRef<HTMLElement | null>(null);
  const unread = useUnread(roster.chat, roster.self, panel === 'chat');
  const toggle = (name: PanelName) => {
    if (panel === undefined) opener.current = document.activeElement as HTMLElement | null;
    setPanel(panel === name ? undefined : name);
  };
  const close = () => {
    setPanel(undefined);
    opener.current?.focus();
  };
  const alone = ready && roster.people.length === 1 && tiles.length === 1;
  return (
    <div className="stage dark" data-testid="stage" data-ready={ready}>
      <header className="stage-head">
        <Heading>{roster.title}</Heading>
        <span className="soft small num">{t('people.count', { n: roster.people.length })}</span>
      </header>
      <TroubleBanner call={call} />
      <main className="stage-main" aria-label={t('stage.label')}>
        <TileGrid tiles={tiles} />
        {ready ? null : <p className="stage-wait small" role="status">{t('stage.connecting')}</p>}
        {alone ? <Alone link={link} /> : null}
      </main>
      {panel === 'chat' ? <ChatPanel call={call} onClose={close} /> : null}
      {panel === 'people' ? <PeoplePanel call={call} link={link} onClose={close} /> : null}
      <Controls call={call} panel={panel} unread={unread} onPanel={toggle} />
      <Announcer call={call} />
    </div>
  );
}

function Alone({ link }: { readonly link: string }) {
  return (
    <section className="stage-alone">
      <p className="small">{t('stage.alone')}</p>
      <CopyLink url={meetingUrl(link)} />
    </section>
  );
}
