import { useState, type FormEvent } from 'react';
import { rest, type AccountInfo, type AccountSlip } from '../../api';
import { Actions, Button, Dialog, Field } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { RoleCards } from './RoleChoice';
import { w } from './words';

/** One account more, with a link for its first sign-in. */
export function AddAccount({ isOpen, onClose, onMade }: { readonly isOpen: boolean; readonly onClose: () => void; readonly onMade: (slip: AccountSlip) => void }) {
  return (
    <Dialog title={w('add')} isOpen={isOpen} onClose={onClose} testId="add-account">
      <Form onClose={onClose} onMade={onMade} />
    </Dialog>
  );
}

function Form({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (slip: AccountSlip) => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<AccountInfo['role']>('host');
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async () => onMade(await rest('addAccount', { name: name.trim(), email: email.trim(), role })));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label={w('name')} value={name} onChange={setName} testId="add-name" />
      <Field label={w('mail')} value={email} onChange={setEmail} testId="add-email" />
      <RoleCards value={role} onChange={setRole} />
      <p className="soft small">{w('addLead')}</p>
      <RefusalNote problem={task.problem} />
      <Actions>
        <Button type="submit" look="main" isDisabled={task.busy || name.trim() === '' || email.trim() === ''} data-testid="add-submit">
          {w('add')}
        </Button>
        <Button onPress={onClose}>{w('cancel')}</Button>
      </Actions>
    </form>
  );
}
