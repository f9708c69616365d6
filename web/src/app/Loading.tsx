import { t } from '../i18n';

/** While something loads. */
export function Loading() {
  return (
    <p className="soft page-wait" role="status">
      {t('app.loading')}
    </p>
  );
}
