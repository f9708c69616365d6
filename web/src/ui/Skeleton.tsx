import { t } from '../i18n';
import './Skeleton.css';

/** Holds the place of lines that are on their way, so that nothing jumps when they come. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div className="skeleton" role="status" aria-label={t('app.loading')}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}
