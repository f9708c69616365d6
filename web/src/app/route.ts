// Which page of the client belongs to a path.

import { meetingPath } from '../api';
import type { AdminPage } from '../features/admin';
import type { LegalPage } from '../features/legal';
import { goTo } from '../route';

const adminPages: readonly AdminPage[] = ['open', 'accounts', 'operator', 'trail', 'periods'];
const legalPages: readonly LegalPage[] = ['privacy', 'accessibility', 'imprint'];

export type Route =
  | { readonly page: 'start' }
  | { readonly page: 'meeting'; readonly link: string; readonly created: boolean }
  | { readonly page: 'check' }
  | { readonly page: 'ampel' }
  | { readonly page: 'signin' }
  | { readonly page: 'enter' }
  | { readonly page: 'account' }
  | { readonly page: 'admin'; readonly of: AdminPage }
  | { readonly page: 'legal'; readonly of: LegalPage }
  | { readonly page: 'unknown' };

export function routeOf(path: string, created = false): Route {
  if (path === '/' || path === '') return { page: 'start' };
  if (/^\/check\/?$/.test(path)) return { page: 'check' };
  const plain = /^\/(ampel|signin|enter|account)\/?$/.exec(path)?.[1] as 'ampel' | 'signin' | 'enter' | 'account' | undefined;
  if (plain) return { page: plain };
  const admin = adminPages.find((of) => path.replace(/\/$/, '') === `/admin/${of}`);
  if (admin) return { page: 'admin', of: admin };
  const legal = legalPages.find((of) => path.replace(/\/$/, '') === `/${of}`);
  if (legal) return { page: 'legal', of: legal };
  const link = /^\/m\/([^/]+)\/?$/.exec(path)?.[1];
  return link === undefined ? { page: 'unknown' } : { page: 'meeting', link, created };
}

/** Whoever made a meeting a moment ago is told so on its page: this says which. */
let made: string | undefined;

/** The page now. */
export function pageNow(at: string): Route {
  return routeOf(at, at === made);
}

export function goToMeeting(link: string, created: boolean): void {
  made = created ? meetingPath(link) : undefined;
  goTo(meetingPath(link));
}

export function goHome(): void {
  goTo('/');
}

export function goToCheck(): void {
  goTo('/check');
}
