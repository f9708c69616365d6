import { useState, type FormEvent } from 'react';
import { rest, type AccountInfo } from '../../api';
import { Actions, Button, Dialog, Field, say } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

export interface ChangeEmailProps {
  readonly account: AccountInfo;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Another address by which somebody signs in. */
export function ChangeEmail({ account, isOpen, onClose, onChanged }: ChangeEmailProps) {
  return (
    <Dialog title={w('changeEmail')} isOpen={isOpen} onClose={onClose} testId="change-email">
      <Form account={account} onClose={onClose} onChanged={onChanged} />
    </Dialog>
  );
}

function Form({ account: { id, name, email: before }, onClose, onChanged }: Omit<ChangeEmailProps, 'isOpen'>) {
  const [email, setEmail] = useState<string>(before);
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await task.run(async () => void (await rest('changeAccount', { id, email: email.trim() }))))) return;
    onClose();
    say(w('saved'));
    onChanged();
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <p className="soft">{w('changeEmailLead', { name })}</p>
      <Field label={w('mail')} value={email} onChange={setEmail} testId="change-email-field" />
      <RefusalNote problem={task.problem} />
      <Actions>
        <Button type="submit" look="main" isDisabled={task.busy || email.trim() === '' || email.trim() === before} data-testid="change-email-submit">
          {w('save')}
        </Button>
        <Button onPress={onClose}>{w('cancel')}</Button>
      </Actions>
    </form>
  );
}
