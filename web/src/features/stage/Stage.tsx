import { Eye, Keyboard, Lock, MonitorSmartphone, type LucideIcon } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { isCompanion, isHost, type CallView } from '../../call';
import { meetingUrl } from '../../api';
import { t } from '../../i18n';
import { CopyLink, Heading } from '../../ui';
import { useValue } from '../../value';
import { ChatPanel, useUnread } from '../chat';
import { HelpDialog, HelpNote, LineMark, LineNote, useLine } from '../connection';
import { Controls, ShortcutHelp, type PanelName } from '../controls';
import { KnockBanner } from '../lobby';
import { PeoplePanel } from '../people';
import { LevelBadge, SeenPanel } from '../seen';
import { Announcer, ConductBanner, TroubleBanner } from '../trouble';
import { TileGrid } from './TileGrid';
import './stage.css';

const loadSettings = () => import('../settings');
const SettingsPanel = lazy(async () => ({ default: (await loadSettings()).SettingsPanel }));

/** The meeting itself: title, banner, tiles, panel, controls. */
export function Stage({ call, link }: { readonly call: CallView; readonly link: string }) {
  const roster = useValue(call.roster);
  const ready = useValue(call.ready);
  const tiles = useValue(call.tiles);
  const [panel, setPanel] = useState<PanelName>();
  const [writeTo, setWriteTo] = useState('');
  const opener = useRef<HTMLElement | null>(null);
  const unread = useUnread(roster, panel === 'chat');
  const [keys, setKeys] = useState(false);
  const [help, setHelp] = useState(false);
  const line = useLine(call);
  const askHelp = () => setHelp(true);
  const close = () => {
    setPanel(undefined);
    opener.current?.focus();
  };
  const toggle = (name: PanelName) => {
    if (panel === name) return close();
    if (panel === undefined) opener.current = openerOf(name);
    setPanel(name);
  };
  const write = (id: string) => {
    setWriteTo(id);
    setPanel('chat');
  };
  const { meeting, may } = roster;
  const settles = may.has('change_settings');
  useEffect(() => {
    if (settles) void loadSettings().catch(() => undefined); // for hosts only, and behind the stage
  }, [settles]);
  const alone = ready && roster.people.length === 1 && tiles.length === 1 && roster.crowd === 0 && roster.waiting.length === 0 && meeting?.held !== true;
  return (
    <div className="stage dark" data-testid="stage" data-ready={ready} data-held={meeting?.held === true} data-role={roster.role}>
      <header className="stage-head">
        <Heading>{roster.title}</Heading>
        {meeting?.locked ? <Mark icon={Lock} word={t('stage.locked')} look="warn" testId="locked" /> : null}
        {isCompanion(roster) ? <Mark icon={MonitorSmartphone} word={t('device.isSecondShort')} look="plain" testId="is-companion" /> : null}
        <span className="soft small num stage-count" data-testid="people-count">{t('people.count', { n: roster.people.length + roster.crowd })}</span>
        {meeting ? <LevelBadge meeting={meeting} /> : null}
        <LineMark line={line} onHelp={askHelp} />
        <button type="button" className="stage-seen" aria-label={t('seen.title')} aria-expanded={panel === 'seen'} onClick={() => toggle('seen')} data-testid="ctl-seen">
          <Eye size={17} aria-hidden="true" />
          <span>{t('seen.title')}</span>
        </button>
        <button type="button" className="stage-keys" aria-label={t('keys.title')} aria-keyshortcuts="?" onClick={() => setKeys(true)} data-testid="keys-open">
          <Keyboard size={18} aria-hidden="true" />
        </button>
      </header>
      <div className="stage-banners">
        <TroubleBanner call={call} onHelp={askHelp} />
        <ConductBanner call={call} />
        <HelpNote call={call} />
        <KnockBanner call={call} listed={panel === 'people'} onList={() => toggle('people')} />
      </div>
      <main className="stage-main" aria-label={t('stage.label')}>
        <TileGrid tiles={tiles} pausedWhy={line.fault === 'server' ? 'stage.pausedServer' : 'stage.pausedWhy'} />
        {ready ? null : <p className="stage-wait small" role="status">{t('stage.connecting')}</p>}
        {alone ? <Alone link={link} /> : null}
        <div className="stage-notes">
          <LineNote call={call} line={line} onHelp={askHelp} />
          <Announcer call={call} chatOpen={panel === 'chat'} />
        </div>
      </main>
      {panel === 'chat' ? <ChatPanel call={call} to={writeTo} onTo={setWriteTo} onClose={close} /> : null}
      {panel === 'people' ? <PeoplePanel call={call} link={link} onWrite={write} onClose={close} /> : null}
      {panel === 'seen' ? <SeenPanel call={call} onClose={close} /> : null}
      {panel === 'settings' && settles ? (
        <Suspense fallback={null}>
          <SettingsPanel call={call} onClose={close} />
        </Suspense>
      ) : null}
      <footer className="stage-foot">
        <Controls call={call} link={link} panel={panel} unread={unread} onPanel={toggle} onKeys={() => setKeys(true)} onHelp={askHelp} />
      </footer>
      {help ? <HelpDialog call={call} onClose={() => setHelp(false)} /> : null}
      {keys ? <ShortcutHelp host={isHost(roster.role)} onClose={() => setKeys(false)} /> : null}
    </div>
  );
}

interface MarkProps {
  readonly icon: LucideIcon;
  readonly word: string;
  readonly look: 'warn' | 'plain';
  readonly testId: string;
}

/** Something about the meeting or this device that holds for a while: a sign, and a word where there is room. */
function Mark({ icon: Icon, word, look, testId }: MarkProps) {
  return (
    <p className={`stage-mark stage-mark-${look} small`} data-testid={testId}>
      <Icon size={15} role="img" aria-label={word} />
      <span aria-hidden="true">{word}</span>
    </p>
  );
}

/** Where the focus goes back to: what had it, or the panel's button when a key opened the panel from nowhere. */
function openerOf(name: PanelName): HTMLElement | null {
  const active = document.activeElement;
  if (active?.closest('[role=menu]')) return document.querySelector<HTMLElement>('[data-testid=ctl-more]'); // the menu goes
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
