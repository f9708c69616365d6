import { lazy, Suspense } from 'react';
import { Check } from '../features/check';
import { Start } from '../features/start';
import { t } from '../i18n';
import { browserFailure } from '../media';
import { path } from '../route';
import { Button, FailureView, Page } from '../ui';
import { useValue } from '../value';
import { MeetingPage } from './MeetingPage';
import { goHome, goToCheck, goToMeeting, pageNow } from './route';

const Ampel = lazy(async () => ({ default: (await import('../features/ampel')).Ampel }));

/** Which page. */
export function App() {
  const now = pageNow(useValue(path));
  const unable = browserFailure();
  if (now.page === 'start') return <Start onMeeting={goToMeeting} onCheck={goToCheck} />;
  if (now.page === 'check') return <Check onHome={goHome} />;
  if (now.page === 'ampel') {
    return (
      <Suspense fallback={<p className="page-wait">{t('app.loading')}</p>}>
        <Ampel onHome={goHome} />
      </Suspense>
    );
  }
  if (now.page === 'meeting' && !unable) return <MeetingPage key={now.link} link={now.link} created={now.created} onHome={goHome} onCheck={goToCheck} />;
  return (
    <Page onHome={goHome}>
      <FailureView code={now.page === 'unknown' ? 'page_unknown' : (unable ?? 'unexpected')}>
        <Button onPress={goHome}>{t('app.home')}</Button>
      </FailureView>
    </Page>
  );
}
