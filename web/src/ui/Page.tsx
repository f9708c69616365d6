import { useEffect, useRef, type ReactNode } from 'react';
import { t } from '../i18n';
import { PageLink } from './PageLink';
import './Page.css';

export interface PageProps {
  readonly children: ReactNode;
  readonly onHome?: () => void;
  /** begins below the name instead of in the middle: what grows then does not move what is above it */
  readonly top?: boolean;
  /** what stands right of the name: sign-in, or the menu of who is signed in */
  readonly aside?: ReactNode;
  /** the last line of the page */
  readonly foot?: ReactNode;
}

/** The frame of every page but the stage: the name above, the content in the middle. */
export function Page({ children, onHome, top = false, aside, foot }: PageProps) {
  return (
    <div className="page">
      <header className="page-head">
        <PageLink className="page-brand" href="/" onFollow={onHome}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          {t('app.name')}
        </PageLink>
        {aside}
      </header>
      <main className={top ? 'page-main page-top' : 'page-main'}>{children}</main>
      {foot}
    </div>
  );
}

/** A page's heading takes the focus when the page appears, so that keyboard and screen reader start there, and names the window. */
export function Heading({ children, unseen = false }: { readonly children: ReactNode; readonly unseen?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    const text = heading.current?.textContent;
    if (text) document.title = `${text} – ${t('app.name')}`;
    return () => {
      document.title = t('app.name');
    };
  }, [children]);
  return (
    <h1 ref={heading} tabIndex={-1} className={unseen ? 'unseen' : undefined}>
      {children}
    </h1>
  );
}
