// Where the browser is within the client. No library: this is all there is. Which page belongs to a path is the app's.

import { Cell, type Value } from '../value';

const current = new Cell(window.location.pathname);

/** The path of the page, such as /account. */
export const path: Value<string> = current;

/** Opens a page of the client without loading it anew. */
export function goTo(target: string): void {
  window.history.pushState(null, '', target);
  arrive();
}

/** The same, without a step in the history: there is no way back to where nothing is any more. */
export function replacePath(target: string): void {
  window.history.replaceState(null, '', target);
  arrive();
}

let taken = { path: '', secret: '' };

/**
 * What stands behind the # of the address: a secret, which servers never see. It is taken out of the address bar and of the
 * history at once; the page that it was for may ask again, as one does that React draws anew.
 */
export function takeFragment(): string {
  const { hash, pathname, search } = window.location;
  if (hash.length > 1) {
    taken = { path: pathname, secret: hash.slice(1) };
    window.history.replaceState(window.history.state, '', pathname + search);
  }
  return taken.path === pathname ? taken.secret : '';
}

function arrive(): void {
  current.set(window.location.pathname);
}

window.addEventListener('popstate', arrive);
