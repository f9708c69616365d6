import { me, setMe } from '../../api';
import { Heading } from '../../ui';
import { useValue } from '../../value';
import { Frame } from '../frame';
import { Enrol } from './Enrol';
import { FactorForm } from './FactorForm';
import { PasswordForm } from './PasswordForm';
import { w } from './words';

/** Signing in, step by step: the password, then the second factor, or setting one up where the role demands it. */
export function SignIn({ onDone }: { readonly onDone: () => void }) {
  const who = useValue(me);
  return (
    <Frame middle>
      <section className="card stack" data-testid="sign-in-page">
        {who?.stage === 'factor' ? (
          <FactorForm onDone={onDone} />
        ) : who?.stage === 'enrol' ? (
          <>
            <Heading>{w('enrolTitle')}</Heading>
            <p className="soft">{w('enrolLead')}</p>
            <Enrol onDone={onDone} />
          </>
        ) : (
          <PasswordForm
            onSignedIn={(next) => {
              setMe(next);
              if (next.stage === 'full') onDone();
            }}
          />
        )}
      </section>
    </Frame>
  );
}
