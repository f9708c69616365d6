import { PageLink } from './PageLink';
import './Tabs.css';

export interface SubNavEntry {
  readonly href: string;
  readonly label: string;
}

/** The pages of an area side by side. */
export function SubNav({ label, entries, current }: { readonly label: string; readonly entries: readonly SubNavEntry[]; readonly current: string }) {
  return (
    <nav className="tabs-list" aria-label={label}>
      {entries.map((entry) => (
        <PageLink key={entry.href} className="tab" href={entry.href} {...(entry.href === current ? { 'aria-current': 'page' as const, 'data-selected': true } : {})}>
          {entry.label}
        </PageLink>
      ))}
    </nav>
  );
}
