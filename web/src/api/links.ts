// How a meeting's link looks, and how to find it in whatever a person pastes.

import { publicAddress } from '../errors';

/** As internal/account writes it, in groups of four or not. */
const slipCode = /^[A-Z2-7]{26}$/;
const linkId = /^[A-Za-z0-9_-]{22}$/;

/** A link that nobody visits is forgotten after so many hours (docs/control.md). */
export const LINK_HOURS = 24;

export function meetingPath(link: string): string {
  return `/m/${link}`;
}

/** The address to pass on: that of the operator's choice, which others reach, where it is known. */
export function meetingUrl(link: string): string {
  return `${publicAddress() || window.location.origin}${meetingPath(link)}`;
}

export type Pasted =
  | { readonly kind: 'link'; readonly link: string }
  /** an address of another server, which this one cannot know */
  | { readonly kind: 'elsewhere'; readonly host: string }
  /** the code of a slip: it leads to a first password, and into no meeting */
  | { readonly kind: 'slip'; readonly code: string }
  | { readonly kind: 'none' };

/** The link in a pasted address or code. */
export function linkFrom(pasted: string): Pasted {
  const text = pasted.trim();
  if (linkId.test(text)) return { kind: 'link', link: text };
  const code = text.toUpperCase().replace(/[\s-]/g, '').replace(/0/g, 'O').replace(/1/g, 'I').replace(/8/g, 'B');
  if (slipCode.test(code)) return { kind: 'slip', code };
  const address = /^(?:https?:\/\/)?([^/\s]*)\/m\/([A-Za-z0-9_-]{22})(?:[/?#]|$)/i.exec(text);
  const host = address?.[1]?.toLowerCase() ?? '';
  const link = address?.[2];
  if (link === undefined) return { kind: 'none' };
  const ours = ['', window.location.host, publicAddress().replace(/^https?:\/\//, '').toLowerCase()];
  return ours.includes(host) ? { kind: 'link', link } : { kind: 'elsewhere', host };
}
