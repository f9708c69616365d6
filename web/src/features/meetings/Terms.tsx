import { Check } from 'lucide-react';
import { language } from '../../i18n';
import { Note } from '../../ui';
import type { Offer } from './kinds';
import { termsOf, type Terms as TermsOf } from './terms';
import { w } from './words';

/** "Das gilt": five lines of what the settings mean, and what has to be said of such a meeting. */
export function Terms({ notices, ...of }: TermsOf & { readonly notices: Offer['notices'] }) {
  return (
    <section className="terms stack" aria-labelledby="terms-title" data-testid="terms">
      <h2 id="terms-title">{w('terms')}</h2>
      <ul>
        {termsOf(of).map((line) => (
          <li key={line}>
            <Check size={18} aria-hidden="true" />
            <span>{line}</span>
          </li>
        ))}
      </ul>
      {notices.map((notice) => (
        <Note key={notice.de} look="warn">
          <p>{notice[language]}</p>
        </Note>
      ))}
    </section>
  );
}
