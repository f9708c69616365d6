import { Activity } from 'lucide-react';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import { Button } from '../../ui';
import { useValue } from '../../value';
import { grouped } from './grouped';
import './connection.css';

/** As long as there is a help code: which one, or that somebody looks, and the end of it. Nobody looks on unseen. */
export function HelpNote({ call }: { readonly call: CallView }) {
  const { code, watched, asked } = useValue(call.help);
  return (
    <div className="banners" role="status">
      {code === undefined && !watched ? null : (
        <div className="banner banner-quiet help-note" data-testid="help-note" data-watched={watched}>
          <Activity size={18} aria-hidden="true" />
          <p>
            {watched ? <strong>{t('help.watched')}</strong> : t('help.ready', { code: grouped(code ?? '') })} {asked === 'unheard' ? t('help.unheard') : null}
          </p>
          <Button onPress={() => call.order({ type: 'help.stop' })} aria-label={t('help.end')} data-testid="help-note-end">
            {t('help.endShort')}
          </Button>
        </div>
      )}
    </div>
  );
}
