import { useEffect, useState } from 'react';
import { dayOf } from '../../ampel';
import { AmpelClosed, getAmpel, me, type AmpelData } from '../../api';
import { failureCode, type FailureCode } from '../../errors';
import { language, t } from '../../i18n';
import { Button, FailureView, Heading, Note, Tabs } from '../../ui';
import { useValue } from '../../value';
import { Frame } from '../frame';
import { SignIn } from '../signin';
import { Assess } from './Assess';
import { CriteriaView } from './CriteriaView';
import { Draft } from './draft';
import { HistoryView } from './HistoryView';
import { w } from './words';
import './ampel.css';

type Loaded = { readonly kind: 'loading' } | { readonly kind: 'closed' } | { readonly kind: 'failed'; readonly code: FailureCode } | ({ readonly kind: 'here' } & AmpelData);

export interface AmpelProps {
  /** for tests and stories */
  readonly load?: () => Promise<AmpelData>;
}

const loadHere = () => getAmpel(language);

/** The page of the Ampel: rate a service, the criteria, what Berlin said. */
export function Ampel({ load = loadHere }: AmpelProps) {
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const [signingIn, setSigningIn] = useState(false);
  const who = useValue(me);
  useEffect(() => {
    let current = true;
    setLoaded({ kind: 'loading' });
    load().then(
      (data) => current && setLoaded({ kind: 'here', ...data }),
      (error: unknown) => current && setLoaded(error instanceof AmpelClosed ? { kind: 'closed' } : { kind: 'failed', code: failureCode(error) }),
    );
    return () => {
      current = false;
    };
  }, [attempt, load]);
  useEffect(() => {
    document.title = `${w('title')} – ${t('app.name')}`;
    return () => {
      document.title = t('app.name');
    };
  }, []);
  if (signingIn) {
    return (
      <SignIn
        onDone={() => {
          setSigningIn(false);
          setAttempt(attempt + 1);
        }}
      />
    );
  }
  return (
    <Frame>
      <div className="ampel" data-kind={loaded.kind} data-testid="ampel">
        {loaded.kind === 'failed' ? null : (
          <header className="ampel-head">
            <Heading>{w('title')}</Heading>
            <p className="soft">{w('lead')}</p>
          </header>
        )}
        {loaded.kind === 'loading' ? <p role="status">{w('loading')}</p> : null}
        {loaded.kind === 'closed' ? (
          <Note testId="ampel-closed">
            <p>{w('closed')}</p>
            <p className="soft">{w('closedHint')}</p>
            {who?.stage === 'full' ? null : (
              <Button look="main" onPress={() => setSigningIn(true)} data-testid="ampel-sign-in">
                {t('frame.signIn')}
              </Button>
            )}
          </Note>
        ) : null}
        {loaded.kind === 'failed' ? (
          <FailureView code={loaded.code}>
            <Button onPress={() => setAttempt(attempt + 1)}>{w('retry')}</Button>
          </FailureView>
        ) : null}
        {loaded.kind === 'here' ? <Parts data={loaded} /> : null}
      </div>
    </Frame>
  );
}

function Parts({ data: { catalogue, history } }: { readonly data: AmpelData }) {
  const [today] = useState(() => dayOf(new Date()));
  const [draft] = useState(() => new Draft(catalogue, () => today));
  return (
    <Tabs
      label={w('tabs')}
      entries={[
        { id: 'assess', label: w('tabAssess'), content: <Assess catalogue={catalogue} draft={draft} today={today} /> },
        { id: 'criteria', label: w('tabCriteria'), content: <CriteriaView catalogue={catalogue} today={today} /> },
        { id: 'history', label: w('tabHistory'), content: <HistoryView catalogue={catalogue} history={history} /> },
      ]}
    />
  );
}
