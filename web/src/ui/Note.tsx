import { Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import './Note.css';

export interface NoteProps {
  readonly children: ReactNode;
  readonly look?: 'plain' | 'warn';
  /** it appears after something was done: read out at once */
  readonly alert?: boolean;
  readonly testId?: string;
}

/** A remark within a page: what to know, or what to watch out for. */
export function Note({ children, look = 'plain', alert = false, testId }: NoteProps) {
  const Icon = look === 'warn' ? TriangleAlert : Info;
  return (
    <div className={`note note-${look}`} {...(alert ? { role: 'alert' } : {})} data-testid={testId}>
      <Icon size={20} aria-hidden="true" />
      <div className="note-body">{children}</div>
    </div>
  );
}
