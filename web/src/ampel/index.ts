export { criterionOf, dayOf, faultText, newAssessment, noFinding, phrase, severityOf, statesOf } from './catalogue';
export { rate, TODAYS_RULES } from './rate';
export { write } from './write';
export type * from './types';

import type { ReadResult } from './read';
import type { Assessment, Catalogue } from './types';

export type { ReadResult };

/** Reads a file; the library for it loads now. */
export async function openFile(catalogue: Catalogue, file: Blob, today: string): Promise<ReadResult & { readonly text: string }> {
  const { inLines, MOST_BYTES, readBytes } = await import('./read');
  // No more of it is read than an assessment may have.
  const bytes = new Uint8Array(await file.slice(0, MOST_BYTES + 1).arrayBuffer());
  return { ...readBytes(catalogue, bytes, today), text: inLines(new TextDecoder().decode(bytes)) };
}

/** The file that was opened, with what changed since, and with its comments. */
export async function changeFile(text: string, before: Assessment, after: Assessment): Promise<string> {
  return (await import('./rewrite')).rewrite(text, before, after);
}
