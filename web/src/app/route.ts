// The addresses of the client. No library: this is all there is.

import { meetingPath } from '../api';
import { Cell, type Value } from '../value';

export type Route =
  | { readonly page: 'start' }
  | { readonly page: 'meeting'; readonly link: string; readonly created: boolean }
  | { readonly page: 'check' }
  | { readonly page: 'unknown' };

export function routeOf(path: string, created = false): Route {
  if (path === '/' || path === '') return { page: 'start' };
  if (/^\/check\/?$/.test(path)) return { page: 'check' };
  const link = /^\/m\/([^/]+)\/?$/.exec(path)?.[1];
  return link === undefined ? { page: 'unknown' } : { page: 'meeting', link, created };
}

const current = new Cell<Route>(routeOf(window.location.pathname));

export const route: Value<Route> = current;

export function goToMeeting(link: string, created: boolean): void {
  window.history.pushState(null, '', meetingPath(link));
  current.set(routeOf(window.location.pathname, created));
}

export function goHome(): void {
  window.history.pushState(null, '', '/');
  current.set({ page: 'start' });
}

export function goToCheck(): void {
  window.history.pushState(null, '', '/check');
  current.set({ page: 'check' });
}

window.addEventListener('popstate', () => current.set(routeOf(window.location.pathname)));
