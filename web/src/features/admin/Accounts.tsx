import { ListPlus, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { rest, type AccountInfo, type AccountSlip } from '../../api';
import { Badge, Button, Field, Skeleton, Table, type Column } from '../../ui';
import { RefusalNote, useLoaded } from '../refusal';
import { AccountMenu } from './AccountMenu';
import { AddAccount } from './AddAccount';
import { ImportAccounts } from './ImportAccounts';
import { Slips } from './Slips';
import { w } from './words';

const load = async () => (await rest('listAccounts')).accounts;

/** All accounts: who has one, as what, and everything that may be done with them. */
export function Accounts() {
  const { value: accounts, problem, reload } = useLoaded(load);
  const [open, setOpen] = useState<'add' | 'import'>();
  const [slips, setSlips] = useState<readonly AccountSlip[]>();
  const [wanted, setWanted] = useState('');
  const made = (list: readonly AccountSlip[]) => {
    setOpen(undefined);
    setSlips(list);
    void reload().catch(() => undefined);
  };
  if (slips) return <Slips slips={slips} onClose={() => setSlips(undefined)} />;
  const shown = (accounts ?? []).filter(({ name, email }) => `${name} ${email}`.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase()));
  return (
    <section className="card stack">
      <div className="row-between">
        <h2>{w('accounts')}</h2>
        <div className="buttons">
          <Button onPress={() => setOpen('add')} data-testid="account-add">
            <UserPlus size={18} aria-hidden="true" />
            {w('add')}
          </Button>
          <Button onPress={() => setOpen('import')} data-testid="account-import">
            <ListPlus size={18} aria-hidden="true" />
            {w('addMany')}
          </Button>
        </div>
      </div>
      <RefusalNote problem={problem} />
      {accounts && accounts.length > 8 ? <Field label={w('filter')} value={wanted} onChange={setWanted} /> : null}
      {accounts ? (
        <Table label={w('accounts')} columns={columns(() => void reload().catch(() => undefined), accounts)} rows={shown} keyOf={({ id }) => id} testId="accounts" />
      ) : problem === undefined ? (
        <Skeleton lines={5} />
      ) : null}
      {accounts && shown.length === 0 ? <p className="soft">{w('none')}</p> : null}
      <AddAccount isOpen={open === 'add'} onClose={() => setOpen(undefined)} onMade={(slip) => made([slip])} />
      <ImportAccounts isOpen={open === 'import'} onClose={() => setOpen(undefined)} onMade={made} />
    </section>
  );
}

function columns(onChanged: () => void, all: readonly AccountInfo[]): readonly Column<AccountInfo>[] {
  return [
    { id: 'name', label: w('name'), head: true, cell: (account) => account.name },
    { id: 'email', label: w('mail'), cell: (account) => account.email },
    { id: 'role', label: w('role'), cell: (account) => w(`role.${account.role}`) },
    { id: 'state', label: w('state'), cell: (account) => <State account={account} /> },
    { id: 'more', label: '', cell: (account) => <AccountMenu account={account} all={all} onChanged={onChanged} /> },
  ];
}

function State({ account }: { readonly account: AccountInfo }) {
  return (
    <span className="admin-badges">
      {account.disabled ? <Badge look="danger">{w('disabled')}</Badge> : account.hasPassword ? <Badge look="good">{w('active')}</Badge> : <Badge look="warn">{w('waiting')}</Badge>}
      {account.hasSecondFactor ? <Badge>{w('factor')}</Badge> : null}
    </span>
  );
}
