import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { me, setMe, signOut, type Me } from '../../api';
import { t } from '../../i18n';
import { goTo } from '../../route';
import { Menu, Page } from '../../ui';
import { useValue } from '../../value';
import { Foot, SignInLink } from '../foot';
import './frame.css';

/** Every page outside the running meeting: who is signed in above, the law's links below. */
export function Frame({ children, middle = false }: { readonly children: ReactNode; readonly middle?: boolean }) {
  const who = useValue(me);
  return (
    <Page top={!middle} aside={who ? <Who me={who} /> : who === null ? <SignInLink /> : null} foot={<Foot />}>
      {children}
    </Page>
  );
}

/** What the menu leads to, by role. */
function entriesOf(who: Me) {
  const full = who.stage === 'full';
  const administers = full && who.may.some((operation) => operation === 'manage_accounts' || operation === 'read_trail');
  return [
    ...(full ? [{ id: '/account', label: t('frame.account') }] : []),
    ...(administers ? [{ id: who.may.includes('manage_accounts') ? '/admin/accounts' : '/admin/trail', label: t('frame.admin') }] : []),
    ...(full ? [{ id: '/ampel', label: t('foot.ampel') }] : []),
    { id: 'out', label: t('frame.signOut') },
  ];
}

function Who({ me: who }: { readonly me: Me }) {
  const choose = (id: string) => {
    if (id !== 'out') return goTo(id);
    // Where the server does not answer, this page at least shows nothing more of the account.
    void signOut().catch(() => setMe(null)).then(() => goTo('/'));
  };
  return (
    <Menu look="quiet" entries={entriesOf(who)} onChoose={choose} testId="who">
      <span className="frame-who">{who.name || who.email}</span>
      <ChevronDown size={18} aria-hidden="true" />
    </Menu>
  );
}
