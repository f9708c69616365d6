import { Refused } from '../../api';
import { Note } from '../../ui';
import { refusalText } from './texts';

/** What went wrong, where it went wrong; nothing where nothing did. */
export function RefusalNote({ problem }: { readonly problem: unknown }) {
  if (problem === undefined) return null;
  const code = problem instanceof Refused ? problem.code : 'failure';
  return (
    <Note look="warn" alert testId={`refused-${code}`}>
      <p>{refusalText(problem)}</p>
    </Note>
  );
}
