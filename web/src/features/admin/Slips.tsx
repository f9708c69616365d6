import { Printer } from 'lucide-react';
import type { AccountSlip } from '../../api';
import { dayAndTime } from '../../i18n';
import { Button, CopyLink, Qr } from '../../ui';
import { w } from './words';

/** What new people are handed: told once, to be printed and cut. */
export function Slips({ slips, onClose }: { readonly slips: readonly AccountSlip[]; readonly onClose: () => void }) {
  return (
    <section className="stack" data-testid="slips">
      <div className="card stack unprinted">
        <h2>{w('slips')}</h2>
        <p>{w('slipsLead')}</p>
        <div className="buttons">
          <Button look="main" onPress={() => window.print()}>
            <Printer size={18} aria-hidden="true" />
            {w('print')}
          </Button>
          <Button onPress={onClose} data-testid="slips-close">
            {w('close')}
          </Button>
        </div>
      </div>
      <ul className="slips">
        {slips.map(({ account, link }) => (
          <li key={account.id} className="slip">
            <Qr text={link.address} label={w('link')} />
            <div className="slip-text">
              <strong>{account.name}</strong>
              <span>{account.email}</span>
              {slips.length === 1 ? <CopyLink url={link.address} /> : null}
              <span className="small soft">{w('slipCode', { address: link.address.split('#')[0] ?? '' })}</span>
              <code className="num">{link.code}</code>
              <span className="small soft">{w('slipEnds', { time: dayAndTime(link.ends) })}</span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
