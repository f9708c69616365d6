// What was said in writing and which files were given: lists that the control events are folded into. Pure.

import type { Said, SharedFile } from '../api/control.gen';

export interface ChatLine {
  readonly id: string;
  readonly from: string;
  /** a direct message to this person */
  readonly to?: string | undefined;
  /** only hosts and presenters read it, and who wrote it */
  readonly hosts?: boolean | undefined;
  readonly at: number;
  /** undefined: encrypted with a key this client does not have */
  readonly text: string | undefined;
  readonly edited?: boolean | undefined;
  readonly state: 'said' | 'sending' | 'failed';
}

export interface FileLine {
  readonly id: string;
  readonly from: string;
  readonly to?: string | undefined;
  readonly hosts?: boolean | undefined;
  readonly at: number;
  /** undefined: encrypted with a key this client does not have */
  readonly name: string | undefined;
  /** bytes */
  readonly size: number;
}

/** Ids are chosen by who says something, so that only both together name it. */
export interface Ref {
  readonly id: string;
  readonly from: string;
}

export function is(line: Ref, ref: Ref): boolean {
  return line.id === ref.id && line.from === ref.from;
}

export function lineOf(said: Said): ChatLine {
  const { id, from, to, hosts, at, edited } = said;
  return { id, from, to, hosts, at, edited, text: clear(said.keyId, said.body), state: 'said' };
}

export function fileOf(file: SharedFile): FileLine {
  const { id, from, to, hosts, at, size } = file;
  return { id, from, to, hosts, at, size, name: clear(file.keyId, file.name) };
}

/** With a line that was said; what still waits to be said stays below. */
export function placed(chat: readonly ChatLine[], line: ChatLine): readonly ChatLine[] {
  const rest = chat.filter((other) => !is(other, line));
  const firstWaiting = rest.findIndex((other) => other.state !== 'said');
  return firstWaiting < 0 ? [...rest, line] : rest.toSpliced(firstWaiting, 0, line);
}

export function edited(chat: readonly ChatLine[], ref: Ref, keyId: number, body: string): readonly ChatLine[] {
  return chat.map((line) => (is(line, ref) ? { ...line, text: clear(keyId, body), edited: true } : line));
}

export function without<Line extends Ref>(lines: readonly Line[], ref: Ref): readonly Line[] {
  return lines.filter((line) => !is(line, ref));
}

/** Marks what was refused while it was being sent. */
export function failed(chat: readonly ChatLine[], id: string, self: string): readonly ChatLine[] {
  return chat.map((line) => (is(line, { id, from: self }) && line.state === 'sending' ? { ...line, state: 'failed' as const } : line));
}

function clear(keyId: number, body: string): string | undefined {
  return keyId === 0 ? decodeText(body) : undefined;
}

/** UTF-8 text as the base64 that goes over the wire. */
export function encodeText(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

/** The text in base64 from the wire; undefined when it is not base64 at all. Wrong UTF-8 shows as replacement signs. */
export function decodeText(body: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
