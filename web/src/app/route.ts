// Which page of the client belongs to a path.

import { meetingPath, type MakeMeetingIn } from '../api';
import type { AdminPage } from '../features/admin';
import type { LegalPage } from '../features/legal';
import { goTo } from '../route';

const adminPages: readonly AdminPage[] = ['open', 'accounts', 'meetings', 'help', 'operator', 'trail', 'periods'];
type Kind = MakeMeetingIn['kind'] & string;
const kinds: readonly Kind[] = ['discussion', 'class', 'consultation', 'talk', 'council'];
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
  | { readonly page: 'new'; readonly kind: Kind }
  | { readonly page: 'planned'; readonly id: string }
  | { readonly page: 'print'; readonly id: string }
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
  const kind = kinds.find((of) => path.replace(/\/$/, '') === `/new/${of}`);
  if (kind) return { page: 'new', kind };
  const planned = /^\/meeting\/([\w-]+)\/?$/.exec(path)?.[1];
  if (planned !== undefined) return { page: 'planned', id: planned };
  const print = /^\/meeting\/([\w-]+)\/print\/?$/.exec(path)?.[1];
  if (print !== undefined) return { page: 'print', id: print };
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
