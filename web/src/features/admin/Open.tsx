import { CircleCheck } from 'lucide-react';
import { rest, type AccountInfo, type Operator } from '../../api';
import { PageLink, Skeleton } from '../../ui';
import { RefusalNote, useLoaded } from '../refusal';
import { w } from './words';

interface Item {
  readonly text: string;
  readonly href: string;
}

/** What there is to do before others are invited; nothing once it is done. */
export function openItems({ use, complete }: Operator, accounts: readonly AccountInfo[]): readonly Item[] {
  const able = (role: AccountInfo['role']) => accounts.filter((account) => account.role === role && !account.disabled).length;
  return [
    ...(use === '' ? [{ text: w('openUse'), href: '/admin/operator' }] : []),
    ...(complete ? [] : [{ text: w('openDetails'), href: '/admin/operator' }]),
    ...(able('admin') < 2 ? [{ text: w('openSecond'), href: '/admin/accounts' }] : []),
    ...(able('host') === 0 ? [{ text: w('openHosts'), href: '/admin/accounts' }, { text: w('openTrial'), href: '/check' }] : []),
  ];
}

const load = async () => openItems(await rest('getOperator'), (await rest('listAccounts')).accounts);

export function Open() {
  const { value: items, problem } = useLoaded(load);
  return (
    <section className="card stack">
      <h2>{w('open')}</h2>
      <RefusalNote problem={problem} />
      {items === undefined && problem === undefined ? <Skeleton /> : null}
      {items?.length === 0 ? (
        <p className="admin-done">
          <CircleCheck size={20} aria-hidden="true" /> {w('openNothing')}
        </p>
      ) : null}
      {items && items.length > 0 ? (
        <>
          <p className="soft">{w('openLead')}</p>
          <ol className="todo">
            {items.map((item) => (
              <li key={item.text}>
                <span>{item.text}</span>
                <PageLink className="button button-plain" href={item.href} aria-label={`${w('openGo')}: ${item.text}`}>
                  {w('openGo')}
                </PageLink>
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </section>
  );
}
