import type { ReactNode } from 'react';
import { Refused } from '../../api';
import { Note } from '../../ui';
import { refusalText } from './texts';

/** What went wrong, where it went wrong; nothing where nothing did. */
export function RefusalNote({ problem, children }: { readonly problem: unknown; /** the reasons, one by one */ readonly children?: ReactNode }) {
  if (problem === undefined) return null;
  const code = problem instanceof Refused ? problem.code : 'failure';
  return (
    <Note look="warn" alert testId={`refused-${code}`}>
      <p>{refusalText(problem)}</p>
      {children}
    </Note>
  );
}
