import type { Me } from '../../api';
import { Heading, SubNav } from '../../ui';
import { Frame } from '../frame';
import { Accounts } from './Accounts';
import { HelpPage } from './help/HelpPage';
import { Meetings } from './Meetings';
import { Open } from './Open';
import { OperatorForm } from './OperatorForm';
import { Periods } from './Periods';
import { TrailList } from './TrailList';
import { w } from './words';
import './admin.css';

export type AdminPage = 'open' | 'accounts' | 'meetings' | 'help' | 'operator' | 'trail' | 'periods';

const pages: Readonly<Record<AdminPage, () => React.ReactNode>> = { open: Open, accounts: Accounts, meetings: Meetings, help: HelpPage, operator: OperatorForm, trail: TrailList, periods: Periods };

/** Which pages a role has. */
function pagesOf({ may }: Me): readonly AdminPage[] {
  return [
    ...(may.includes('manage_accounts') ? (['open', 'accounts'] as const) : []),
    ...(may.includes('take_over_meetings') ? (['meetings'] as const) : []),
    ...(may.includes('help_with_connections') ? (['help'] as const) : []),
    ...(may.includes('edit_operator') ? (['operator'] as const) : []),
    ...(may.includes('read_trail') ? (['trail'] as const) : []),
    ...(may.includes('read_papers') ? (['periods'] as const) : []),
  ];
}

/** The administration of the server: each part a page of its own. */
export function Admin({ me, page }: { readonly me: Me; readonly page: AdminPage }) {
  const Content = pages[page];
  return (
    <Frame>
      <div className="wide admin" data-testid={`admin-${page}`}>
        <Heading>{w('title')}</Heading>
        <SubNav label={w('title')} entries={pagesOf(me).map((id) => ({ href: `/admin/${id}`, label: w(id) }))} current={`/admin/${page}`} />
        <Content key={page} />
      </div>
    </Frame>
  );
}
