import { useEffect, useState } from 'react';
import { t } from '../../i18n';
import { Button, Heading, Page } from '../../ui';
import { useValue } from '../../value';
import { browserMeans } from './means';
import { CheckRun, type CheckView } from './run';
import { Steps } from './Steps';
import { VerdictView } from './VerdictView';
import { w } from './words';
import './check.css';

export interface CheckProps {
  readonly onHome: () => void;
  /** for tests and stories */
  readonly view?: CheckView;
}

/**
 * The connection doctor. It begins by a click, because it transfers megabytes, which some people pay for, and because the
 * server has time for few at once: a page that is only opened should cost neither.
 */
export function Check({ onHome, view }: CheckProps) {
  const [check] = useState(() => view ?? new CheckRun(browserMeans));
  const state = useValue(check.state);
  useEffect(() => {
    const stop = () => check.stop();
    window.addEventListener('pagehide', stop);
    document.title = `${t('check.title')} – ${t('app.name')}`;
    return () => {
      window.removeEventListener('pagehide', stop);
      document.title = t('app.name');
      stop();
    };
  }, [check]);
  return (
    <Page onHome={onHome} top>
      <div className="check" data-phase={state.phase} data-testid="check">
        {state.phase === 'idle' ? <Beginning onStart={() => check.start()} /> : null}
        {state.phase === 'running' ? (
          <section className="card stack">
            <Heading>{w('running')}</Heading>
            <p className="soft">{w('wait')}</p>
            <Steps steps={state.steps} />
          </section>
        ) : null}
        {state.phase === 'over' ? <VerdictView state={state} onAgain={() => check.start()} /> : null}
      </div>
    </Page>
  );
}

function Beginning({ onStart }: { readonly onStart: () => void }) {
  return (
    <section className="card stack">
      <Heading>{t('check.title')}</Heading>
      <p>{w('lead')}</p>
      <p className="soft">
        {w('devices')} {w('cost')} {w('stored')}
      </p>
      <Button look="main" wide onPress={onStart} data-testid="check-start">
        {w('start')}
      </Button>
    </section>
  );
}
