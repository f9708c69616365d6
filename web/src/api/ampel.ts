// The data of the Ampel, docs/ampel.md. Only data come: what somebody finds out about a service stays in the browser.

import type { Catalogue, Language, Past } from '../ampel';
import { Failure } from '../errors';

/** The Ampel of this server is only for people who are signed in. */
export class AmpelClosed extends Error {}

export interface AmpelData {
  readonly catalogue: Catalogue;
  readonly history: readonly Past[];
}

/** Throws AmpelClosed or a Failure. */
export async function getAmpel(language: Language): Promise<AmpelData> {
  const [catalogue, history] = await Promise.all([get('/api/ampel/catalogue'), get(`/api/ampel/history?lang=${language}`)]);
  return { catalogue: catalogue as Catalogue, history: history as readonly Past[] };
}

async function get(path: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', referrerPolicy: 'no-referrer' });
  } catch (error) {
    throw new Failure('server_gone', error);
  }
  if (response.status === 403 || response.status === 401) throw new AmpelClosed();
  if (!response.ok) throw new Failure('unexpected');
  return response.json();
}
