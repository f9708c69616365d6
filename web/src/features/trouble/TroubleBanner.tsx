import { CircleAlert, TriangleAlert, Wrench, X } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { useState } from 'react';
import type { CallView, DeviceFailure, OwnSource, Trouble } from '../../call';
import { failureText } from '../../errors';
import { clockTime, t, type MessageKey } from '../../i18n';
import { Button } from '../../ui';
import { useValue } from '../../value';
import './trouble.css';

interface BannerText {
  readonly title: MessageKey;
  readonly hint?: MessageKey;
}

const texts: Readonly<Record<Trouble, BannerText>> = {
  stopping: { title: 'trouble.stopping' },
  stopped: { title: 'trouble.stopped', hint: 'trouble.stoppedHint' },
  server: { title: 'trouble.server', hint: 'trouble.serverHint' },
  control: { title: 'trouble.control', hint: 'trouble.controlHint' },
  sound: { title: 'trouble.sound' },
};

export interface TroubleBannerProps {
  readonly call: CallView;
  readonly onHelp: () => void;
}

/** What is wrong, what it means for being seen and heard, one action. */
export function TroubleBanner({ call, onHelp }: TroubleBannerProps) {
  const trouble = useValue(call.trouble);
  const device = useValue(call.deviceFailure);
  return (
    <div className="banners" role="status">
      {trouble ? (
        <div className="banner" data-testid="banner" data-code={trouble}>
          <TriangleAlert size={20} aria-hidden="true" />
          <p>
            <strong>{t(texts[trouble].title)}</strong> {texts[trouble].hint ? t(texts[trouble].hint) : null}
          </p>
          {trouble === 'stopped' || trouble === 'control' ? (
            <Button onPress={onHelp} data-testid="banner-help">
              {t('line.help')}
            </Button>
          ) : null}
          {trouble === 'sound' ? <Button onPress={() => call.startSound()}>{t('trouble.soundAction')}</Button> : null}
        </div>
      ) : null}
      {device ? <DeviceNote failure={device} onDismiss={() => call.dismissDeviceFailure()} /> : null}
      <MaintenanceNote call={call} />
    </div>
  );
}

const namesOf: Readonly<Partial<Record<OwnSource, MessageKey>>> = { microphone: 'mic.name', camera: 'cam.name' };

/** Which device it is, what is wrong with it and what to do. */
function DeviceNote({ failure: { code, source }, onDismiss }: { readonly failure: DeviceFailure; readonly onDismiss: () => void }) {
  const { title, text, values, short } = failureText(code);
  const name = source && namesOf[source];
  return (
    <div className="banner" data-testid="banner" data-code={code}>
      <CircleAlert size={20} aria-hidden="true" />
      <p>
        <strong>
          {name ? `${t(name)}: ` : ''}
          {t(title)}.
        </strong>{' '}
        {t(text, values)} <span className="num">({short})</span>
      </p>
      <AriaButton className="banner-close" aria-label={t('trouble.dismiss')} onPress={onDismiss}>
        <X size={20} aria-hidden="true" />
      </AriaButton>
    </div>
  );
}

/** That the server is about to be stopped: no trouble yet, so it can be put away until there is something new. */
function MaintenanceNote({ call }: { readonly call: CallView }) {
  const maintenance = useValue(call.maintenance);
  const [seen, setSeen] = useState<typeof maintenance>();
  if (!maintenance || maintenance === seen) return null;
  const { until } = maintenance;
  return (
    <div className="banner banner-quiet" data-testid="maintenance" data-until={until}>
      <Wrench size={18} aria-hidden="true" />
      <p>
        {until === undefined ? t('trouble.maintenance') : t('trouble.maintenanceUntil', { time: clockTime(until) })} {t('trouble.maintenanceHint')}
      </p>
      <AriaButton className="banner-close" aria-label={t('trouble.dismiss')} onPress={() => setSeen(maintenance)}>
        <X size={18} aria-hidden="true" />
      </AriaButton>
    </div>
  );
}
