import { Camera, CameraOff, LogOut, MessageSquare, Mic, MicOff, MonitorUp, MonitorX, Users } from 'lucide-react';
import type { CallView, OwnSource } from '../../call';
import { t } from '../../i18n';
import { canShareScreen } from '../../media';
import { useValue } from '../../value';
import { BarButton } from './BarButton';
import { DeviceMenu } from './DeviceMenu';
import { useShortcuts } from './useShortcuts';
import './controls.css';

export type PanelName = 'chat' | 'people';

export interface ControlsProps {
  readonly call: CallView;
  readonly panel: PanelName | undefined;
  readonly unread: number;
  readonly onPanel: (name: PanelName) => void;
  readonly onKeys: () => void;
}

/** The bar below the tiles. Each button shows what the server has, not what was wished for. */
export function Controls({ call, panel, unread, onPanel, onKeys }: ControlsProps) {
  const own = useValue(call.own);
  const toggle = (source: OwnSource) => call.set(source, own[source] === 'off');
  const sharing = own.screen !== 'off';
  useShortcuts({
    m: () => toggle('microphone'),
    v: () => toggle('camera'),
    s: () => (canShareScreen() ? toggle('screen') : undefined),
    c: () => onPanel('chat'),
    p: () => onPanel('people'),
    '?': onKeys,
  });
  const micOn = own.microphone === 'on';
  const camOn = own.camera === 'on';
  return (
    <div className="bar" role="toolbar" aria-label={t('control.bar')}>
      <div className="barpair">
        <BarButton
          icon={micOn ? Mic : MicOff}
          label={t(own.microphone === 'off' ? 'mic.on' : 'mic.off')}
          caption={t('mic.name')}
          shortcut="M"
          state={own.microphone}
          testId="ctl-mic"
          onPress={() => toggle('microphone')}
        />
        <DeviceMenu call={call} label={t('device.menuMic')} kinds={['microphone', 'speaker']} testId="dev-mic" />
      </div>
      <div className="barpair">
        <BarButton
          icon={camOn ? Camera : CameraOff}
          label={t(own.camera === 'off' ? 'cam.on' : 'cam.off')}
          caption={t('cam.name')}
          shortcut="V"
          state={own.camera}
          testId="ctl-cam"
          onPress={() => toggle('camera')}
        />
        <DeviceMenu call={call} label={t('device.menuCam')} kinds={['camera']} testId="dev-cam" />
      </div>
      {canShareScreen() ? (
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
        testId="ctl-people"
        onPress={() => onPanel('people')}
      />
      <BarButton icon={LogOut} label={t('leave.action')} caption={t('leave.action')} danger testId="ctl-leave" onPress={() => call.leave()} />
    </div>
  );
}
