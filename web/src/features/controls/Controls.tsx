import { Camera, CameraOff, Hand, LogOut, MessageSquare, Mic, MicOff, MonitorUp, MonitorX, Smile, Users } from 'lucide-react';
import { useRef, useState } from 'react';
import { handsUp, isCompanion, isHost, maySend, type CallView, type OwnSource } from '../../call';
import { t } from '../../i18n';
import { canShareScreen } from '../../media';
import type { ActionEntry } from '../../ui';
import { useValue } from '../../value';
import { ReactionPicker } from '../hands';
import { BarButton } from './BarButton';
import { DeviceMenu, ShareMenu } from './DeviceMenu';
import { LeaveDialog } from './LeaveDialog';
import { MoreMenu } from './MoreMenu';
import { SecondDevice } from './SecondDevice';
import { useNarrow } from './useNarrow';
import { useShortcuts } from './useShortcuts';
import './controls.css';

export type PanelName = 'chat' | 'people' | 'seen' | 'settings';

export interface ControlsProps {
  readonly call: CallView;
  readonly link: string;
  readonly panel: PanelName | undefined;
  readonly unread: number;
  readonly onPanel: (name: PanelName) => void;
  readonly onKeys: () => void;
  readonly onHelp: () => void;
}

type Asking = 'leave' | 'end' | 'device' | 'react' | undefined;

/** The bar below the tiles. Each button shows what the server has, not what was wished for. */
export function Controls({ call, link, panel, unread, onPanel, onKeys, onHelp }: ControlsProps) {
  const own = useValue(call.own);
  const roster = useValue(call.roster);
  const narrow = useNarrow();
  const bar = useRef<HTMLDivElement>(null);
  const [asking, setAsking] = useState<Asking>();
  const toggle = (source: OwnSource) => call.set(source, own[source] === 'off');
  const { may, people, meeting, waiting } = roster;
  const handUp = (people.find((person) => person.id === roster.person)?.hand ?? 0) > 0;
  const hands = may.has('lower_hand') ? handsUp(people).length : 0; // for who calls up
  const raise = () => call.order({ type: 'hand', up: !handUp });
  const held = meeting?.held === true;
  const actions = {
    hand: (may.has('raise_hand') && !held) || handUp,
    react: may.has('react') && !held,
    share: canShareScreen() && (maySend(roster, 'screen') || own.screen !== 'off'),
  };
  const leave = () => (isHost(roster.role) && people.length > 1 && !isCompanion(roster) ? setAsking('leave') : call.leave());
  useShortcuts({
    m: () => toggle('microphone'),
    v: () => toggle('camera'),
    s: () => (actions.share ? toggle('screen') : undefined),
    h: () => (actions.hand ? raise() : undefined),
    r: () => (actions.react ? setAsking('react') : undefined),
    c: () => onPanel('chat'),
    p: () => onPanel('people'),
    x: () => (may.has('hold') ? call.order({ type: 'hold', on: !held }) : undefined),
    '?': onKeys,
  });
  const sharing = own.screen !== 'off';
  const extra: readonly ActionEntry[] = narrow
    ? [
        ...(actions.hand ? [{ id: 'hand', label: t(handUp ? 'hand.lower' : 'hand.raise'), icon: Hand, shortcut: 'H', onPick: raise }] : []),
        ...(actions.react ? [{ id: 'react', label: t('react.title'), icon: Smile, shortcut: 'R', onPick: () => setAsking('react') }] : []),
        ...(actions.share ? [{ id: 'share', label: t(sharing ? 'share.off' : 'share.on'), icon: sharing ? MonitorX : MonitorUp, shortcut: 'S', onPick: () => toggle('screen') }] : []),
      ]
    : [];
  return (
    <div ref={bar} className="bar" role="toolbar" aria-label={t('control.bar')}>
      <Device call={call} source="microphone" />
      <Device call={call} source="camera" />
      {actions.share && !narrow ? (
        <div className="barpair">
          <BarButton
            icon={sharing ? MonitorX : MonitorUp}
            label={t(sharing ? 'share.off' : 'share.on')}
            caption={t(sharing ? 'share.off' : 'share.short')}
            wide
            shortcut="S"
            state={own.screen === 'off' ? undefined : own.screen}
            testId="ctl-share"
            onPress={() => toggle('screen')}
          />
          <ShareMenu call={call} />
        </div>
      ) : null}
      {actions.hand && !narrow ? (
        <BarButton icon={Hand} label={t(handUp ? 'hand.lower' : 'hand.raise')} caption={t('hand.short')} shortcut="H" raised={handUp} testId="ctl-hand" onPress={raise} />
      ) : null}
      {actions.react && !narrow ? (
        <BarButton icon={Smile} label={t('react.title')} caption={t('react.short')} shortcut="R" testId="ctl-react" onPress={() => setAsking('react')} />
      ) : null}
      <BarButton
        icon={MessageSquare}
        label={t(panel === 'chat' ? 'chat.close' : 'chat.open')}
        caption={t('chat.title')}
        shortcut="C"
        pressed={panel === 'chat'}
        badge={unread}
        badgeText={unread > 0 ? t('chat.unread', { n: unread }) : undefined}
        testId="ctl-chat"
        onPress={() => onPanel('chat')}
      />
      <BarButton
        icon={Users}
        label={t(panel === 'people' ? 'people.close' : 'people.open')}
        caption={t('people.title')}
        shortcut="P"
        pressed={panel === 'people'}
        badge={waiting.length + hands}
        badgeText={[...(waiting.length > 0 ? [t('waiting.count', { n: waiting.length })] : []), ...(hands > 0 ? [t('hand.count', { n: hands })] : [])].join(', ') || undefined}
        testId="ctl-people"
        onPress={() => onPanel('people')}
      />
      <MoreMenu
        call={call}
        extra={extra}
        onPanel={onPanel}
        onKeys={onKeys}
        onHelp={onHelp}
        onDevice={() => setAsking('device')}
        onEnd={() => setAsking('end')}
      />
      <BarButton icon={LogOut} label={t('leave.action')} caption={t('leave.action')} danger testId="ctl-leave" onPress={leave} />
      <ReactionPicker call={call} at={bar} open={asking === 'react'} onClose={() => setAsking(undefined)} />
      {asking === 'leave' || asking === 'end' ? <LeaveDialog call={call} ending={asking === 'end'} onClose={() => setAsking(undefined)} /> : null}
      {asking === 'device' ? <SecondDevice call={call} link={link} onClose={() => setAsking(undefined)} /> : null}
    </div>
  );
}

const devices = {
  microphone: { on: Mic, off: MicOff, name: 'mic.name', turnOn: 'mic.on', turnOff: 'mic.off', notNow: 'mic.notAllowed', shortcut: 'M', testId: 'ctl-mic', menu: 'device.menuMic', kinds: ['microphone', 'speaker'], menuId: 'dev-mic' },
  camera: { on: Camera, off: CameraOff, name: 'cam.name', turnOn: 'cam.on', turnOff: 'cam.off', notNow: 'cam.notAllowed', shortcut: 'V', testId: 'ctl-cam', menu: 'device.menuCam', kinds: ['camera'], menuId: 'dev-cam' },
} as const;

/** Microphone or camera, with the choice of device beside it. */
function Device({ call, source }: { readonly call: CallView; readonly source: 'microphone' | 'camera' }) {
  const state = useValue(call.own)[source];
  const roster = useValue(call.roster);
  const allowed = maySend(roster, source);
  const look = devices[source];
  const silent = source === 'microphone' && isCompanion(roster);
  const label = state !== 'off' ? look.turnOff : allowed ? look.turnOn : silent ? 'mic.elsewhere' : look.notNow;
  return (
    <div className="barpair">
      <BarButton
        icon={state === 'on' ? look.on : look.off}
        label={t(label)}
        caption={t(look.name)}
        shortcut={look.shortcut}
        state={state}
        disabled={!allowed && state === 'off'}
        testId={look.testId}
        onPress={() => call.set(source, state === 'off')}
      />
      {silent ? null : <DeviceMenu call={call} label={t(look.menu)} kinds={look.kinds} testId={look.menuId} />}
    </div>
  );
}
