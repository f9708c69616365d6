// What somebody sees who has only a link: asked without the login of this browser.

import { Failure } from '../errors';
import type { VisitView } from './rest.gen';

/** What guests see of a meeting before they are let in. */
export async function lookAsGuest(link: string): Promise<VisitView> {
  let response: Response;
  try {
    response = await fetch(`/api/links/${encodeURIComponent(link)}`, { cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (error) {
    throw new Failure('server_gone', error);
  }
  if (!response.ok) throw new Failure(response.status === 404 ? 'link_unknown' : 'unexpected');
  return (await response.json()) as VisitView;
}
