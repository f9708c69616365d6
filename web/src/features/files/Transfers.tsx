import { CircleAlert, Upload, X } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { CallView, Transfer } from '../../call';
import { t, type MessageKey } from '../../i18n';
import { useValue } from '../../value';
import { sizeText } from './size';
import './files.css';

/** Files on their way, and those that were not taken, until they are put away. */
export function Transfers({ call }: { readonly call: CallView }) {
  const transfers = useValue(call.transfers);
  if (transfers.length === 0) return null;
  return (
    <ul className="transfers" aria-label={t('file.sending')}>
      {transfers.map((transfer) => (
        <li key={transfer.id} data-testid="transfer" data-failed={transfer.failed !== undefined}>
          {transfer.failed ? <CircleAlert size={18} aria-hidden="true" /> : <Upload size={18} aria-hidden="true" />}
          <span className="file-what">
            <span className="file-name">{transfer.name}</span>
            <span className="soft small num" role={transfer.failed ? 'alert' : 'status'}>
              {transfer.failed ? t(faultOf(transfer)) : `${sizeText(transfer.size)} · ${t('file.sending')}`}
            </span>
          </span>
          {transfer.failed ? (
            <Button className="iconbutton" aria-label={t('trouble.dismiss')} onPress={() => call.dismissTransfer(transfer.id)}>
              <X size={18} aria-hidden="true" />
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function faultOf({ failed }: Transfer): MessageKey {
  switch (failed) {
    case 'file_too_large': return 'file.fault.large';
    case 'files_full': return 'file.fault.full';
    case 'not_allowed': return 'file.fault.notAllowed';
    default: return 'file.fault.other';
  }
}
