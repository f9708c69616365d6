import { Note } from '../../ui';

/** What every result says: no rating by an authority, no legal advice, which catalogue, which day. */
export function Notice({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Note testId="ampel-notice">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Note>
  );
}
