import { LogIn } from 'lucide-react';
import { t } from '../../i18n';
import { PageLink } from '../../ui';
import './foot.css';

/** The way in for those who have an account. */
export function SignInLink() {
  return (
    <PageLink className="button button-quiet" href="/signin" data-testid="sign-in">
      <LogIn size={18} aria-hidden="true" />
      {t('frame.signIn')}
    </PageLink>
  );
}
