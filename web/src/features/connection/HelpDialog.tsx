import { ExternalLink } from 'lucide-react';
import type { CallView, Fault, Trouble } from '../../call';
import { t, type MessageKey } from '../../i18n';
import { Dialog } from '../../ui';
import { useValue } from '../../value';
import { Support } from './Support';

export interface HelpDialogProps {
  readonly call: CallView;
  readonly onClose: () => void;
}

/** What helps against a fault; against none in particular where there is none. */
function tipsFor(fault: Fault | undefined, camera: boolean): readonly MessageKey[] {
  if (fault === 'server') return ['help.server'];
  return [...(camera ? (['help.camera'] as const) : []), ...(fault === 'cpu' ? (['help.programs'] as const) : (['help.wifi', 'help.others', 'help.net'] as const))];
}

/** How it stands: while the connection is broken nothing is known of the line, and nothing of it is fine. */
function stateOf(fault: Fault | undefined, trouble: Trouble | undefined): MessageKey {
  if (trouble === 'stopped') return 'trouble.stoppedHint';
  if (trouble !== undefined && trouble !== 'sound') return `trouble.${trouble}`;
  return fault ? `line.${fault}` : 'help.fine';
}

/** What is wrong with the own line at this moment, and what helps. */
export function HelpDialog({ call, onClose }: HelpDialogProps) {
  const fault = useValue(call.fault);
  const trouble = useValue(call.trouble);
  const camera = useValue(call.own).camera;
  return (
    <Dialog title={t('help.title')} isOpen dark onClose={onClose} testId="help-dialog">
      <p className="small">{t(stateOf(fault, trouble))}</p>
      <section className="help-tips">
        <h3>{t('help.tips')}</h3>
        <ul className="small">
          {tipsFor(fault, camera === 'on').map((tip) => (
            <li key={tip}>{t(tip)}</li>
          ))}
        </ul>
        <a className="small help-check" href="/check" target="_blank" rel="noopener noreferrer">
          <ExternalLink size={16} aria-hidden="true" />
          {t('help.check')}
        </a>
      </section>
      <Support call={call} />
    </Dialog>
  );
}
