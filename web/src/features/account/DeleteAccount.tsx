import { useState } from 'react';
import { rest, setMe } from '../../api';
import { goTo } from '../../route';
import { Actions, Button, Checkbox, Dialog, Secret } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

/** Deletes the account, for the password. */
export function DeleteAccount() {
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const [drop, setDrop] = useState(false);
  const task = useTask();
  const submit = async () => {
    const done = await task.run(() => rest('deleteMe', { password, dropMeetings: drop }));
    if (!done) return;
    setMe(null);
    goTo('/');
  };
  return (
    <>
      <Button onPress={() => setOpen(true)} data-testid="delete-account">
        {w('delete')}
      </Button>
      <Dialog title={w('delete')} isOpen={open} onClose={() => setOpen(false)} asks>
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <p>{w('deleteLead')}</p>
          <Checkbox isSelected={drop} onChange={setDrop}>
            {w('deleteDrop')}
          </Checkbox>
          <Secret label={w('confirmPassword')} value={password} onChange={setPassword} autoComplete="current-password" />
          <RefusalNote problem={task.problem} />
          <Actions>
            <Button type="submit" look="danger" isDisabled={task.busy || password === ''}>
              {w('deleteConfirm')}
            </Button>
            <Button onPress={() => setOpen(false)}>{w('cancel')}</Button>
          </Actions>
        </form>
      </Dialog>
    </>
  );
}
