import { lazy, Suspense } from 'react';
import { t } from '../i18n';
import { browserFailure } from '../media';
import { path } from '../route';
import { Button, FailureView, Page, Toasts } from '../ui';
import { useValue } from '../value';
import { Loading } from './Loading';
import { MeetingPage } from './MeetingPage';
import { OtherPage } from './OtherPage';
import { goHome, goToCheck, pageNow } from './route';

// Few look at it: it loads when it is opened.
const Check = lazy(async () => ({ default: (await import('../features/check')).Check }));

/** Which page. */
export function App() {
  return (
    <>
      <ThePage />
      <Toasts />
    </>
  );
}

function ThePage() {
  const now = pageNow(useValue(path));
  const unable = browserFailure();
  if (now.page === 'check') {
    return (
      <Suspense fallback={<Loading />}>
        <Check onHome={goHome} />
      </Suspense>
    );
  }
  if (now.page === 'meeting' && !unable) return <MeetingPage key={now.link} link={now.link} created={now.created} onHome={goHome} onCheck={goToCheck} />;
  if (now.page !== 'meeting' && now.page !== 'unknown') return <OtherPage route={now} />;
  return (
    <Page onHome={goHome}>
      <FailureView code={now.page === 'unknown' ? 'page_unknown' : (unable ?? 'unexpected')}>
        <Button onPress={goHome}>{t('app.home')}</Button>
      </FailureView>
    </Page>
  );
}
