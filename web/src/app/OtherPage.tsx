import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { loadMe, me, type Me } from '../api';
import { failureCode, type FailureCode } from '../errors';
import { Start } from '../features/start';
import { t } from '../i18n';
import { goTo, replacePath, takeFragment } from '../route';
import { Button, FailureView, Page } from '../ui';
import { useValue } from '../value';
import { Loading } from './Loading';
import { goToCheck, goToMeeting, type Route } from './route';

// Each loads when it is opened: a guest with a link to a meeting takes none of them along.
const Ampel = lazy(async () => ({ default: (await import('../features/ampel')).Ampel }));
const Account = lazy(async () => ({ default: (await import('../features/account')).Account }));
const Admin = lazy(async () => ({ default: (await import('../features/admin')).Admin }));
const Enter = lazy(async () => ({ default: (await import('../features/signin')).Enter }));
const Home = lazy(async () => ({ default: (await import('../features/home')).Home }));
const Legal = lazy(async () => ({ default: (await import('../features/legal')).Legal }));
const MakePage = lazy(async () => ({ default: (await import('../features/meetings')).MakePage }));
const MeetingDetails = lazy(async () => ({ default: (await import('../features/meetings')).MeetingDetails }));
const PrintPage = lazy(async () => ({ default: (await import('../features/meetings')).PrintPage }));
const SignIn = lazy(async () => ({ default: (await import('../features/signin')).SignIn }));

export type OtherRoute = Exclude<Route, { readonly page: 'meeting' | 'check' | 'unknown' }>;

/** Every page outside meetings. */
export function OtherPage({ route }: { readonly route: OtherRoute }) {
  return (
    <Suspense fallback={<Loading />}>
      <Known>{route.page === 'start' ? <FirstPage /> : <Chosen route={route} />}</Known>
    </Suspense>
  );
}

function Chosen({ route }: { readonly route: Exclude<OtherRoute, { readonly page: 'start' }> }) {
  switch (route.page) {
    case 'ampel':
      return <Ampel />;
    case 'legal':
      return <Legal key={route.of} page={route.of} />;
    case 'enter':
      return <EnterPage />;
    case 'signin':
      return <SignIn onDone={() => replacePath('/')} />;
    case 'account':
      return <SignedIn>{(who) => <Account me={who} />}</SignedIn>;
    case 'new':
      return <SignedIn>{() => <MakePage key={route.kind} kind={route.kind} />}</SignedIn>;
    case 'planned':
      return <SignedIn>{() => <MeetingDetails key={route.id} id={route.id} onMeeting={goToMeeting} />}</SignedIn>;
    case 'print':
      return <SignedIn>{() => <PrintPage key={route.id} id={route.id} />}</SignedIn>;
    case 'admin':
      return <SignedIn>{(who) => <Admin me={who} page={route.of} />}</SignedIn>;
  }
}

function FirstPage() {
  const who = useValue(me);
  if (who) return <SignedIn>{(account) => <Home me={account} onMeeting={goToMeeting} />}</SignedIn>;
  return <Start onMeeting={goToMeeting} onCheck={goToCheck} />;
}

/** The secret of a one-time link is taken out of the address at once. */
function EnterPage() {
  const [secret] = useState(takeFragment);
  return (
    <Enter
      secret={secret}
      onEntered={(who, setUp) => {
        const next = setUp ? '/admin/open' : '/';
        if (who.stage === 'full') replacePath(next);
        else replacePath(setUp ? next : '/signin');
      }}
    />
  );
}

/** Waits until it is known whether somebody is signed in. */
function Known({ children }: { readonly children: ReactNode }) {
  const who = useValue(me);
  const [failure, setFailure] = useState<FailureCode>();
  const ask = () => {
    setFailure(undefined);
    loadMe().catch((error: unknown) => setFailure(failureCode(error)));
  };
  useEffect(() => {
    if (me.get() === undefined) ask();
  }, []);
  if (who !== undefined) return children;
  if (failure === undefined) return <Loading />;
  return (
    <Page onHome={() => goTo('/')}>
      <FailureView code={failure}>
        <Button look="main" onPress={ask}>
          {t('error.retry')}
        </Button>
      </FailureView>
    </Page>
  );
}

/** Pages for who is signed in whole; everybody else signs in first and then is where they wanted to be. */
function SignedIn({ children }: { readonly children: (who: Me) => ReactNode }) {
  const who = useValue(me);
  if (who?.stage === 'full') return children(who);
  return <SignIn onDone={() => undefined} />;
}
