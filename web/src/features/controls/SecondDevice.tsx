import { useEffect } from 'react';
import { meetingUrl } from '../../api';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import { CopyLink, Dialog, Qr } from '../../ui';
import { useValue } from '../../value';

export interface SecondDeviceProps {
  readonly call: CallView;
  readonly link: string;
  readonly onClose: () => void;
}

/** A link by which a further device of this person joins: good once, for five minutes, without sound so that nothing echoes. */
export function SecondDevice({ call, link, onClose }: SecondDeviceProps) {
  const pass = useValue(call.pass);
  useEffect(() => call.order({ type: 'companion' }), [call]);
  return (
    <Dialog title={t('device.second')} isOpen dark onClose={onClose} testId="device-dialog">
      <p className="small">{t('device.secondText')}</p>
      {pass === undefined ? <p className="small soft" role="status">{t('app.loading')}</p> : <Way url={`${meetingUrl(link)}#companion=${encodeURIComponent(pass)}`} />}
      <p className="small soft">{t('device.secondOnce')}</p>
    </Dialog>
  );
}

/** For the camera of a phone, and to copy. */
function Way({ url }: { readonly url: string }) {
  return (
    <>
      <Qr text={url} label={t('device.second')} />
      <CopyLink url={url} />
    </>
  );
}
