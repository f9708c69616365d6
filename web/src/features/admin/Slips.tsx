import { Printer } from 'lucide-react';
import type { AccountSlip } from '../../api';
import { dayAndTime } from '../../i18n';
import { Button, CopyLink, SlipSheet } from '../../ui';
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
      <SlipSheet
        slips={slips.map(({ account, link }) => ({
          id: account.id,
          address: link.address,
          label: w('link'),
          content: (
            <>
              <strong>{account.name}</strong>
              <span>{account.email}</span>
              {slips.length === 1 ? <CopyLink url={link.address} /> : null}
              <span className="small soft">{w('slipCode', { address: link.address.split('#')[0] ?? '' })}</span>
              <code className="num">{link.code}</code>
              <span className="small soft">{w('slipEnds', { time: dayAndTime(link.ends) })}</span>
            </>
          ),
        }))}
      />
    </section>
  );
}
