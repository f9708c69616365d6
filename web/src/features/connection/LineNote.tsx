import { X } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import type { CallView, Fault } from '../../call';
import { t } from '../../i18n';
import { Button, WeakSignal } from '../../ui';
import { useValue } from '../../value';
import type { LineState } from './useLine';
import './connection.css';

/** Turning the camera off helps against these. */
const eased: ReadonlySet<Fault> = new Set<Fault>(['up', 'cpu']);

export interface LineNoteProps {
  readonly call: CallView;
  readonly line: LineState;
  readonly onHelp: () => void;
}

/** What is wrong with the own line, what is done about it, and one thing to do. It lies over the tiles, which stay where they are. */
export function LineNote({ call, line: { fault, away, putAway }, onHelp }: LineNoteProps) {
  const camera = useValue(call.own).camera;
  const told = away ? undefined : fault;
  return (
    <div className="line-note" data-testid="line" data-fault={told ?? ''}>
      <p className="small" role="status">
        {told ? (
          <>
            <WeakSignal size={20} />
            <span>{t(`line.${told}`)}</span>
          </>
        ) : null}
      </p>
      {told ? (
        <div className="line-note-ways">
          {eased.has(told) && camera === 'on' ? (
            <Button onPress={() => call.set('camera', false)} data-testid="line-camera">
              {t('cam.off')}
            </Button>
          ) : (
            <Button onPress={onHelp} data-testid="line-help">
              {t('line.help')}
            </Button>
          )}
          <AriaButton className="banner-close" aria-label={t('trouble.dismiss')} onPress={putAway} data-testid="line-close">
            <X size={18} aria-hidden="true" />
          </AriaButton>
        </div>
      ) : null}
    </div>
  );
}

/** What remains of the note when it has been put away. */
export function LineMark({ line: { away }, onHelp }: { readonly line: LineState; readonly onHelp: () => void }) {
  if (!away) return null;
  return (
    <button type="button" className="line-mark small" aria-label={t('line.markName')} onClick={onHelp} data-testid="line-mark">
      <WeakSignal size={16} />
      <span>{t('line.mark')}</span>
    </button>
  );
}
