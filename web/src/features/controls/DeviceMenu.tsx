import { ChevronUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { CallDevice, CallView } from '../../call';
import { t, type MessageKey } from '../../i18n';
import { canChooseSpeaker, listDevices, type DeviceList } from '../../media';
import { Select, Switch } from '../../ui';
import { useValue } from '../../value';

const names: Readonly<Record<CallDevice, MessageKey>> = { microphone: 'mic.name', camera: 'cam.name', speaker: 'device.speaker' };

export interface DeviceMenuProps {
  readonly call: CallView;
  readonly label: string;
  readonly kinds: readonly CallDevice[];
  readonly testId: string;
}

/** The small button beside microphone or camera: which device. */
export function DeviceMenu({ call, label, kinds, testId }: DeviceMenuProps) {
  return (
    <DialogTrigger>
      <Button className="bardevice" aria-label={label} data-testid={testId}>
        <ChevronUp size={18} aria-hidden="true" />
      </Button>
      <Popover className="devicemenu dark" placement="top" offset={10}>
        <Dialog className="devicemenu-body" aria-label={label}>
          <Pickers call={call} kinds={kinds} />
          {kinds.includes('microphone') ? <Music call={call} /> : null}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** The small button beside the shared screen: whether it is read or watched. */
export function ShareMenu({ call }: { readonly call: CallView }) {
  const { screen } = useValue(call.manner);
  return (
    <DialogTrigger>
      <Button className="bardevice" aria-label={t('share.menu')} data-testid="share-menu">
        <ChevronUp size={18} aria-hidden="true" />
      </Button>
      <Popover className="devicemenu dark" placement="top" offset={10}>
        <Dialog className="devicemenu-body" aria-label={t('share.menu')}>
          <Select
            label={t('share.manner')}
            options={[{ id: 'text', label: t('share.text') }, { id: 'motion', label: t('share.motion') }]}
            value={screen}
            testId="share-manner"
            onChange={(id) => call.prefer({ screen: id === 'motion' ? 'motion' : 'text' })}
          />
          <p className="small">{t('share.mannerHint')}</p>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Music({ call }: { readonly call: CallView }) {
  const { music } = useValue(call.manner);
  return (
    <Switch isSelected={music} hint={t('mic.musicHint')} data-testid="mic-music" onChange={(on) => call.prefer({ music: on })}>
      {t('mic.music')}
    </Switch>
  );
}

function Pickers({ call, kinds }: { readonly call: CallView; readonly kinds: readonly CallDevice[] }) {
  const devices = useDevices();
  const chosen = useValue(call.devices);
  if (!devices) return null;
  const shown = kinds.filter((kind) => devices[kind].length > 0 && (kind !== 'speaker' || canChooseSpeaker()));
  if (shown.length === 0) return <p className="small">{t('device.unnamed')}</p>;
  return shown.map((kind) => (
    <Select
      key={kind}
      label={t(names[kind])}
      options={devices[kind].map(({ id, label }) => ({ id, label: id === 'default' ? t('join.standard') : label }))}
      value={chosen[kind] ?? devices[kind][0]?.id ?? ''}
      onChange={(id) => call.choose(kind, id)}
    />
  ));
}

/** The devices now, and again when one comes or goes. */
function useDevices(): DeviceList | undefined {
  const [devices, setDevices] = useState<DeviceList>();
  useEffect(() => {
    let open = true;
    const refresh = () => void listDevices().then((list) => (open ? setDevices(list) : undefined));
    refresh();
    navigator.mediaDevices?.addEventListener?.('devicechange', refresh);
    return () => {
      open = false;
      navigator.mediaDevices?.removeEventListener?.('devicechange', refresh);
    };
  }, []);
  return devices;
}
