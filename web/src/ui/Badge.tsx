import type { ReactNode } from 'react';
import './Badge.css';

/** A word about the thing beside it. The look never says anything that the word does not. */
export function Badge({ children, look = 'plain' }: { readonly children: ReactNode; readonly look?: 'plain' | 'good' | 'warn' | 'danger' }) {
  return <span className={`badge badge-${look}`}>{children}</span>;
}
