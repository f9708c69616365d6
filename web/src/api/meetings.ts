// The two HTTP calls of the client. Both speak JSON with this origin only.

import type { Code, Problem } from './control.gen';
import type { Address, Kind, Level, Role } from './rules.gen';
import { Failure, type FailureCode } from '../errors';
import { tabBox } from '../value';

export interface MeetingSummary {
  /** Empty where the protection level does not let it be seen before admission. */
  readonly title: string;
  /** Somebody is in it right now. */
  readonly running: boolean;
  /** 0 also where the protection level does not let it be seen. */
  readonly people: number;
  /** who invites */
  readonly host?: string;
  readonly kind?: Kind;
  readonly level?: Level;
  /** how people are spoken to in German */
  readonly address?: Address;
  /** an access code is asked for */
  readonly code?: boolean;
  /** how the person is called: fixed by its link or its account */
  readonly name?: string;
  /** this person would wait until let in */
  readonly waits?: boolean;
  /** as what this person would come */
  readonly role?: Role;
  /** of the appointment, or of the date that is on or next */
  readonly start?: string;
  readonly end?: string;
  /** with the refusal not_yet: when this person would come in */
  readonly opens?: string;
  /** this person tries it out: nobody else comes in */
  readonly trial?: boolean;
  /** why this person would not come in now */
  readonly refusal?: Code;
}

/** The secrets of the meetings that were made on this page, as long as it lives: they make their bearer the owner. */
const hostSecrets = new Map<string, string>();

/** The same of one meeting until its maker is in, who then has a ticket: the page may be loaded anew before. */
const hostBox = (link: string) => tabBox('konklave.host', link);

export function hostSecret(link: string): string | undefined {
  return hostSecrets.get(link) ?? hostBox(link).get();
}

/** This person is in: the secret has done its work. */
export function hostIsIn(link: string): void {
  hostBox(link).forget();
}

/** Whether people without an account may make meetings here. The server writes it into the page. */
export function hostingIsOpen(): boolean {
  return document.querySelector<HTMLMetaElement>('meta[name="konklave-hosting"]')?.content === 'open';
}

/** Makes a meeting and resolves to its link id (22 characters of base64url). */
export async function createMeeting(title: string): Promise<string> {
  const answer = await call('/api/meetings', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title }),
  });
  const link = stringField(answer, 'link');
  const secret = stringField(answer, 'host');
  hostSecrets.set(link, secret);
  hostBox(link).keep(secret);
  return link;
}

/** What a person may know before joining. Fails with link_unknown when there is no such meeting. */
export async function getMeeting(link: string, signal?: AbortSignal): Promise<MeetingSummary> {
  const answer = await call(`/api/links/${encodeURIComponent(link)}`, signal ? { signal } : {});
  const fields = answer as Partial<MeetingSummary>;
  return { ...fields, title: fields.title ?? '', running: fields.running === true, people: fields.people ?? 0 };
}

async function call(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, cache: 'no-store', credentials: 'same-origin', referrerPolicy: 'no-referrer' });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Failure('server_gone', error);
  }
  if (!response.ok) throw new Failure(failureOf(response.status, await codeOf(response)));
  return response.json();
}

async function codeOf(response: Response): Promise<Code | undefined> {
  const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | undefined;
  return problem?.code;
}

function failureOf(status: number, code: Code | undefined): FailureCode {
  if (code === 'title_invalid') return 'title_invalid';
  if (code === 'draining') return 'maintenance';
  if (status === 404 || status === 400) return 'link_unknown';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_gone' : 'unexpected';
}

function stringField(answer: unknown, name: string): string {
  const value = (answer as Record<string, unknown> | null)?.[name];
  if (typeof value !== 'string') throw new Failure('unexpected');
  return value;
}
