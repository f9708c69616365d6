// What the server takes as a name or a title (internal/meeting/name.go): asked for here so that a person learns of a
// fault before anything is sent.

export const NAME_LIMIT = 80;
export const TITLE_LIMIT = 120;

/** empty: nothing visible. long: more than the limit. signs: control characters. */
export type TextFault = 'empty' | 'long' | 'signs';

/** How long a text is, as the server counts: in code points, after trimming. */
export function lengthOf(text: string): number {
  return [...text.trim()].length;
}

export function faultOf(text: string, most: number): TextFault | undefined {
  const trimmed = text.trim();
  if (/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(trimmed)) return 'signs';
  if (!/[^\p{C}\p{Z}]/u.test(trimmed)) return 'empty';
  return lengthOf(trimmed) > most ? 'long' : undefined;
}
