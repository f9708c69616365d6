// Messages and files in the order in which they came. Pure.

import type { ChatLine, FileLine, Roster } from '../../call';

export type Entry =
  | { readonly kind: 'line'; readonly key: string; readonly from: string; readonly at: number; readonly line: ChatLine }
  | { readonly kind: 'file'; readonly key: string; readonly from: string; readonly at: number; readonly file: FileLine };

/** What still waits to be said stands at the end. */
export function entriesOf({ chat, files }: Pick<Roster, 'chat' | 'files'>): readonly Entry[] {
  const lines = chat.map((line): Entry => ({ kind: 'line', key: `${line.from} ${line.id}`, from: line.from, at: line.at, line }));
  const given = files.map((file): Entry => ({ kind: 'file', key: `${file.from} ${file.id}`, from: file.from, at: file.at, file }));
  const said = lines.filter((entry) => entry.kind !== 'line' || entry.line.state === 'said');
  const waiting = lines.filter((entry) => !said.includes(entry));
  return [...[...said, ...given].sort((a, b) => a.at - b.at), ...waiting];
}

/** Said to the same people shortly after the one before: the name need not stand there again. */
export function goesOn(entry: Entry, before: Entry | undefined): boolean {
  return before !== undefined && before.from === entry.from && entry.at - before.at < 120_000 && toOf(before) === toOf(entry);
}

export function toOf(entry: Entry): string {
  const what = entry.kind === 'line' ? entry.line : entry.file;
  return what.to ?? (what.hosts ? 'hosts' : '');
}
