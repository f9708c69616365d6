// Which page of the client belongs to a path.

import { meetingPath } from '../api';
import { goTo } from '../route';

export type Route =
  | { readonly page: 'start' }
  | { readonly page: 'meeting'; readonly link: string; readonly created: boolean }
  | { readonly page: 'check' }
  | { readonly page: 'ampel' }
  | { readonly page: 'unknown' };

export function routeOf(path: string, created = false): Route {
  if (path === '/' || path === '') return { page: 'start' };
  if (/^\/check\/?$/.test(path)) return { page: 'check' };
  if (/^\/ampel\/?$/.test(path)) return { page: 'ampel' };
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
