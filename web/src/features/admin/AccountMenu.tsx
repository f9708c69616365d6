import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { rest, type AccountInfo, type AccountLink } from '../../api';
import { Actions, Button, CopyLink, Dialog, Menu, Qr, say } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { ChangeEmail } from './ChangeEmail';
import { RemoveAccount } from './RemoveAccount';
import { RoleChoice } from './RoleChoice';
import { w } from './words';

export interface AccountMenuProps {
  readonly account: AccountInfo;
  readonly all: readonly AccountInfo[];
  readonly onChanged: () => void;
}

/** What may be done with one account. */
export function AccountMenu({ account, all, onChanged }: AccountMenuProps) {
  const [open, setOpen] = useState<'role' | 'email' | 'remove' | 'problem'>();
  const [link, setLink] = useState<AccountLink>();
  const task = useTask();
  const { id, name } = account;
  const act = async (work: () => Promise<unknown>, done?: string) => {
    const well = await task.run(async () => void (await work()));
    if (!well) return setOpen('problem');
    setOpen(undefined);
    if (done) say(done);
    onChanged();
  };
  const choose = (what: string) => {
    task.forget();
    if (what === 'role' || what === 'email' || what === 'remove') setOpen(what);
    else if (what === 'link' || what === 'linkFactor') void act(async () => setLink(await rest('makeLink', { id, clearSecondFactor: what === 'linkFactor' })));
    else if (what === 'endLogins') void act(() => rest('endLogins', { id }), w('loginsEnded'));
    else void act(() => rest('changeAccount', { id, disabled: !account.disabled }), w('saved'));
  };
  return (
    <div className="admin-more">
      <Menu
        look="icon"
        label={w('more', { name })}
        testId="account-more"
        entries={[
          { id: 'link', label: w('link') },
          ...(account.hasSecondFactor ? [{ id: 'linkFactor', label: w('linkFactor') }] : []),
          { id: 'role', label: w('changeRole') },
          { id: 'email', label: w('changeEmail') },
          { id: 'endLogins', label: w('endLogins') },
          { id: 'disable', label: w(account.disabled ? 'enable' : 'disable') },
          { id: 'remove', label: w('remove'), danger: true },
        ]}
        onChoose={choose}
      >
        <Ellipsis size={20} aria-hidden="true" />
      </Menu>
      <Dialog title={name} isOpen={link !== undefined} onClose={() => setLink(undefined)} asks>
        <p>{w('linkLead', { name })}</p>
        {link ? (
          <>
            <CopyLink url={link.address} />
            <Qr text={link.address} label={w('link')} />
          </>
        ) : null}
        <Actions>
          <Button onPress={() => setLink(undefined)}>{w('close')}</Button>
        </Actions>
      </Dialog>
      <RoleChoice account={account} isOpen={open === 'role'} onClose={() => setOpen(undefined)} onChoose={(role) => void act(() => rest('changeAccount', { id, role }), w('saved'))} />
      <ChangeEmail account={account} isOpen={open === 'email'} onClose={() => setOpen(undefined)} onChanged={onChanged} />
      <RemoveAccount account={account} all={all} isOpen={open === 'remove'} onClose={() => setOpen(undefined)} onRemoved={onChanged} />
      <Dialog title={name} isOpen={open === 'problem'} onClose={() => setOpen(undefined)}>
        <RefusalNote problem={task.problem} />
      </Dialog>
    </div>
  );
}
