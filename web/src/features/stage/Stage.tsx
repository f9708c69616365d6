import { Keyboard } from 'lucide-react';
import { useRef, useState } from 'react';
import type { CallView } from '../../call';
import { meetingUrl } from '../../api';
import { t } from '../../i18n';
import { CopyLink, Heading } from '../../ui';
import { useValue } from '../../value';
import { ChatPanel, useUnread } from '../chat';
import { Controls, ShortcutHelp, type PanelName } from '../controls';
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
  const [keys, setKeys] = useState(false);
  const close = () => {
    setPanel(undefined);
    opener.current?.focus();
  };
  const toggle = (name: PanelName) => {
    if (panel === name) return close();
    if (panel === undefined) opener.current = openerOf(name);
    setPanel(name);
  };
  const alone = ready && roster.people.length === 1 && tiles.length === 1;
  return (
    <div className="stage dark" data-testid="stage" data-ready={ready}>
      <header className="stage-head">
        <Heading>{roster.title}</Heading>
        <span className="soft small num">{t('people.count', { n: roster.people.length })}</span>
        <button type="button" className="stage-keys" aria-label={t('keys.title')} aria-keyshortcuts="?" onClick={() => setKeys(true)} data-testid="keys-open">
          <Keyboard size={18} aria-hidden="true" />
        </button>
      </header>
      <TroubleBanner call={call} />
      <main className="stage-main" aria-label={t('stage.label')}>
        <TileGrid tiles={tiles} />
        {ready ? null : <p className="stage-wait small" role="status">{t('stage.connecting')}</p>}
        {alone ? <Alone link={link} /> : null}
        <Announcer call={call} chatOpen={panel === 'chat'} />
      </main>
      {panel === 'chat' ? <ChatPanel call={call} onClose={close} /> : null}
      {panel === 'people' ? <PeoplePanel call={call} link={link} onClose={close} /> : null}
      <Controls call={call} panel={panel} unread={unread} onPanel={toggle} onKeys={() => setKeys(true)} />
      {keys ? <ShortcutHelp onClose={() => setKeys(false)} /> : null}
    </div>
  );
}

/** Where the focus goes back to: what had it, or the panel's button when a key opened the panel from nowhere. */
function openerOf(name: PanelName): HTMLElement | null {
  const active = document.activeElement;
  if (active instanceof HTMLElement && active !== document.body && active.tagName !== 'H1') return active;
  return document.querySelector<HTMLElement>(`[data-testid=ctl-${name}]`);
}

function Alone({ link }: { readonly link: string }) {
  return (
    <section className="stage-alone">
      <p className="small">{t('stage.alone')}</p>
      <CopyLink url={meetingUrl(link)} />
    </section>
  );
}
