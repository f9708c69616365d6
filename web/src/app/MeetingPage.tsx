import { lazy, Suspense, useEffect, useState } from 'react';
import { Join } from '../features/join';
import { Left } from '../features/left';
import { Waiting } from '../features/lobby';
import { address, dayAndTime, span, t } from '../i18n';
import { takeFragment } from '../route';
import { Button, FailureView, Page } from '../ui';
import { useValue } from '../value';
import { companionIn } from './companion';
import { Loading } from './Loading';
import { Visit, type Means, type VisitState } from './visit';

const loadStage = () => import('../features/stage');
const loadCall = () => import('../call');
const Stage = lazy(async () => ({ default: (await loadStage()).Stage }));

/** Loads what the meeting needs; asked for twice it is loaded once. Joining comes first: over a slow line the stage loads meanwhile. */
async function loadMeans(): Promise<Means> {
  const { joinCall } = await loadCall();
  const stage = loadStage();
  stage.catch(() => undefined); // whoever waits for it is told
  return { joinCall, stage };
}

export interface MeetingPageProps {
  readonly link: string;
  readonly created: boolean;
  readonly onHome: () => void;
  readonly onCheck: () => void;
}

/** Everything under /m/{link}: join, lobby, stage, left, or why not. */
export function MeetingPage({ link, created, onHome, onCheck }: MeetingPageProps) {
  const [companion] = useState(() => companionIn(takeFragment()));
  const [visit] = useState(() => new Visit(link, companion, loadMeans));
  const state = useValue(visit.state);
  useValue(address); // all below speaks anew when that changes
  useEffect(() => {
    void visit.open();
    const stopWatching = visit.watchSummary();
    const unload = () => visit.unload();
    window.addEventListener('pagehide', unload);
    return () => {
      window.removeEventListener('pagehide', unload);
      stopWatching();
      visit.close();
    };
  }, [visit]);
  const drawn = state.kind === 'join';
  useEffect(() => {
    if (drawn) void loadMeans().catch(() => undefined); // while a name is typed
  }, [drawn]);
  useEffect(() => {
    const title = titleOf(state);
    if (title !== undefined) document.title = `${title} – ${t('app.name')}`;
    return () => {
      document.title = t('app.name');
    };
  }, [state]);
  switch (state.kind) {
    case 'loading':
      return <Loading />;
    case 'join':
      return (
        <Join
          key={state.refused ?? ''}
          link={link}
          summary={state.summary}
          preview={visit.preview}
          name={visit.name}
          created={created}
          joining={state.joining}
          refused={state.refused}
          companion={companion !== undefined}
          onJoin={(name, code) => void visit.join(name, code)}
          onHome={onHome}
        />
      );
    case 'waiting':
      return <Waiting call={state.call} preview={visit.preview} />;
    case 'call':
      return (
        <Suspense fallback={<Loading />}>
          <Stage call={state.call} link={link} />
        </Suspense>
      );
    case 'left':
      return <Left how={state.how} title={state.title} call={state.call} onRejoin={() => void visit.open()} onHome={onHome} />;
    case 'failed':
      return (
        <Page onHome={onHome}>
          <FailureView code={state.code} lead={opensText(state)}>
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

/** When to come again, where it is too early. */
function opensText({ code, summary }: VisitState & { readonly kind: 'failed' }): string | undefined {
  const { start, end, opens } = summary ?? {};
  if (code !== 'not_yet' || !start || !end || !opens) return undefined;
  return t('error.not_yet.opens', { span: span(start, end), opens: dayAndTime(opens) });
}

/** Whose title the window has. */
function titleOf(state: VisitState): string | undefined {
  if (state.kind === 'join') return state.summary.title;
  if (state.kind === 'call') return state.call.roster.get().title;
  if (state.kind === 'waiting') return state.call.lobby.get()?.title || t('lobby.title');
  return state.kind === 'left' ? state.title : undefined;
}
