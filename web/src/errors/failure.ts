// Everything that can go wrong for a person, as one closed list. Each has a short code for the help desk and, by its
// name, a title and a text in every language (i18n: error.<name>.title and .text).

import type { MessageKey } from '../i18n';
import { publicAddress } from './address';

const shortCodes = {
  permission_denied: 'K-11',
  no_device: 'K-12',
  device_busy: 'K-13',
  device_failed: 'K-14',
  screen_denied: 'K-15',
  link_unknown: 'K-21',
  meeting_full: 'K-22',
  replaced: 'K-23',
  rate_limited: 'K-24',
  page_unknown: 'K-25',
  name_invalid: 'K-26',
  title_invalid: 'K-27',
  locked: 'K-28',
  not_invited: 'K-29',
  companion_unknown: 'K-20',
  code_wrong: 'K-18',
  not_yet: 'K-16',
  expired: 'K-17',
  sign_in_needed: 'K-19',
  server_gone: 'K-31',
  media_blocked: 'K-32',
  server_stopped: 'K-33',
  maintenance: 'K-34',
  browser_old: 'K-41',
  insecure: 'K-42',
  unexpected: 'K-99',
} as const;

export type FailureCode = keyof typeof shortCodes;

export const failureCodes = Object.keys(shortCodes) as readonly FailureCode[];

/** What stands on the error page: i18n keys and the code to quote. */
export interface FailureText {
  readonly title: MessageKey;
  readonly text: MessageKey;
  readonly short: string;
  /** fills the holes of the text */
  readonly values: Readonly<Record<string, string>>;
  /** the whole of it where a form was to be sent */
  readonly form?: MessageKey;
  /** for who runs the server */
  readonly operator?: MessageKey;
  /** where it works */
  readonly link?: string;
}

export function failureText(code: FailureCode): FailureText {
  const port = window.location.port === '' ? '' : `:${window.location.port}`;
  if (code === 'insecure') return insecure(port);
  const form = code === 'server_gone' || code === 'unexpected' ? { form: `error.${code}.form` as const } : {};
  return { title: `error.${code}.title`, text: `error.${code}.text`, short: shortCodes[code], values: { port }, ...form };
}

/** Says which address to use, or what the operator has to do so that there is one. */
function insecure(port: string): FailureText {
  const text = { title: 'error.insecure.title', short: shortCodes.insecure, values: { port } } as const;
  const address = publicAddress();
  if (address.startsWith('https:')) return { ...text, text: 'error.insecure.elsewhere', link: address + window.location.pathname };
  return { ...text, text: 'error.insecure.text', operator: 'error.insecure.operator' };
}

/** An error that already knows which page it leads to. */
export class Failure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, cause?: unknown) {
    super(code, { cause });
    this.name = 'Failure';
    this.code = code;
  }
}

/** The page an unknown error leads to. */
export function failureCode(error: unknown): FailureCode {
  return error instanceof Failure ? error.code : 'unexpected';
}

/**
 * What getUserMedia's exception means for a person.
 * https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia
 */
export function deviceFailure(error: unknown): FailureCode {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'permission_denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'no_device';
    case 'NotReadableError':
    case 'AbortError':
      return 'device_busy';
    case 'TypeError':
      return window.isSecureContext ? 'device_failed' : 'insecure';
    default:
      return 'device_failed';
  }
}
