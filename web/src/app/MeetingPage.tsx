import { lazy, Suspense, useEffect, useState } from 'react';
import { Join } from '../features/join';
import { Left } from '../features/left';
import { t } from '../i18n';
import { Button, FailureView, Page } from '../ui';
import { useValue } from '../value';
import { Visit, type VisitState } from './visit';

const loadStage = () => import('../features/stage');
const loadCall = () => import('../call');
const Stage = lazy(async () => ({ default: (await loadStage()).Stage }));

/** Loads what the meeting needs; asked for twice it is loaded once. */
const loadJoin = async () => {
  const [call] = await Promise.all([loadCall(), loadStage()]);
  return call.joinCall;
};

export interface MeetingPageProps {
  readonly link: string;
  readonly created: boolean;
  readonly onHome: () => void;
  readonly onCheck: () => void;
}

/** Everything under /m/{link}: join, stage, left, or why not. */
export function MeetingPage({ link, created, onHome, onCheck }: MeetingPageProps) {
  const [visit] = useState(() => new Visit(link, loadJoin));
  const state = useValue(visit.state);
  useEffect(() => {
    void visit.open();
    const stopWatching = visit.watchSummary();
    const close = () => visit.close();
    window.addEventListener('pagehide', close);
    const warm = setTimeout(() => void loadJoin().catch(() => undefined), 400);
    return () => {
      clearTimeout(warm);
      window.removeEventListener('pagehide', close);
      stopWatching();
      visit.close();
    };
  }, [visit]);
  useEffect(() => {
    const title = titleOf(state);
    if (title !== undefined) document.title = `${title} – ${t('app.name')}`;
    return () => {
      document.title = t('app.name');
    };
  }, [state]);
  switch (state.kind) {
    case 'loading':
      return <Waiting />;
    case 'join':
      return (
        <Join
          key={String(state.nameRefused)}
          link={link}
          summary={state.summary}
          preview={visit.preview}
          name={visit.name}
          created={created}
          joining={state.joining}
          nameRefused={state.nameRefused}
          onJoin={(name) => void visit.join(name)}
          onHome={onHome}
        />
      );
    case 'call':
      return (
        <Suspense fallback={<Waiting />}>
          <Stage call={state.call} link={link} />
        </Suspense>
      );
    case 'left':
      return <Left title={state.title} onRejoin={() => void visit.open()} onHome={onHome} />;
    case 'failed':
      return (
        <Page onHome={onHome}>
          <FailureView code={state.code}>
            <Button look="main" onPress={() => void visit.open()} data-testid="error-retry">
              {t('error.retry')}
            </Button>
            {state.code === 'media_blocked' ? (
              <Button onPress={onCheck} data-testid="error-check">
                {t('check.title')}
              </Button>
            ) : null}
            <Button onPress={onHome}>{t('app.home')}</Button>
          </FailureView>
        </Page>
      );
  }
}

/** Whose title the window has. */
function titleOf(state: VisitState): string | undefined {
  if (state.kind === 'join') return state.summary.title;
  if (state.kind === 'call') return state.call.roster.get().title;
  return state.kind === 'left' ? state.title : undefined;
}

function Waiting() {
  return (
    <p className="soft page-wait" role="status">
      {t('app.loading')}
    </p>
  );
}
