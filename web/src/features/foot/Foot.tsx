import { t } from '../../i18n';
import { PageLink } from '../../ui';
import './foot.css';

/** The last line of every page: what the law wants to be found, how services are rated, and that no audit of this server has run yet. */
export function Foot() {
  return (
    <footer className="foot">
      <nav aria-label={t('foot.label')}>
        <PageLink href="/privacy">{t('foot.privacy')}</PageLink>
        <PageLink href="/accessibility">{t('foot.accessibility')}</PageLink>
        <PageLink href="/imprint">{t('foot.imprint')}</PageLink>
        <PageLink href="/ampel">{t('foot.ampel')}</PageLink>
        <span className="foot-grey">{t('foot.unchecked')}</span>
      </nav>
    </footer>
  );
}
