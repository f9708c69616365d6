import { Activity, Eye, Keyboard, Lock, LockOpen, MicOff, MonitorSmartphone, MoreHorizontal, OctagonPause, Play, SlidersHorizontal, SquareX } from 'lucide-react';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import { ActionMenu, type ActionEntry } from '../../ui';
import { useValue } from '../../value';

export interface MoreMenuProps {
  readonly call: CallView;
  /** what has no button of its own, where there is little room */
  readonly extra: readonly ActionEntry[];
  readonly onPanel: (name: 'seen' | 'settings') => void;
  readonly onKeys: () => void;
  readonly onHelp: () => void;
  readonly onDevice: () => void;
  readonly onEnd: () => void;
}

/** Everything that is needed seldom, and what conducts the whole meeting. */
export function MoreMenu({ call, extra, onPanel, onKeys, onHelp, onDevice, onEnd }: MoreMenuProps) {
  const { may, meeting, self, person } = useValue(call.roster);
  const locked = meeting?.locked === true;
  const held = meeting?.held === true;
  const when = (condition: boolean, entry: ActionEntry) => (condition ? [entry] : []);
  const host = [
    ...when(may.has('mute'), { id: 'mute-all', label: t('host.muteAll'), icon: MicOff, onPick: () => call.order({ type: 'mute', all: true }) }),
    ...when(may.has('lock'), {
      id: 'lock',
      label: t(locked ? 'host.unlock' : 'host.lock'),
      icon: locked ? LockOpen : Lock,
      onPick: () => call.order({ type: 'lock', on: !locked }),
    }),
    ...when(may.has('hold'), {
      id: 'hold',
      label: t(held ? 'host.goOn' : 'host.hold'),
      icon: held ? Play : OctagonPause,
      shortcut: 'X',
      onPick: () => call.order({ type: 'hold', on: !held }),
    }),
    ...when(may.has('change_settings'), { id: 'settings', label: t('host.settings'), icon: SlidersHorizontal, onPick: () => onPanel('settings') }),
  ];
  const own = [
    { id: 'seen', label: t('seen.title'), icon: Eye, onPick: () => onPanel('seen') },
    ...when(self === person, { id: 'device', label: t('device.second'), icon: MonitorSmartphone, onPick: onDevice }),
    { id: 'help', label: t('help.title'), icon: Activity, onPick: onHelp },
    { id: 'keys', label: t('keys.title'), icon: Keyboard, shortcut: '?', onPick: onKeys },
  ];
  const end = when(may.has('end'), { id: 'end', label: t('host.end'), icon: SquareX, danger: true, onPick: onEnd });
  return (
    <ActionMenu label={t('control.more')} className="barbutton" testId="ctl-more" groups={[extra, host, own, end]}>
      <span className="barbutton-icon">
        <MoreHorizontal size={22} aria-hidden="true" />
      </span>
      <span className="barbutton-caption">{t('control.more')}</span>
    </ActionMenu>
  );
}
