import { useState } from 'react';
import { rest, type AccountInfo } from '../../api';
import { Actions, Button, Dialog, Select, say } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

export interface RemoveAccountProps {
  readonly account: AccountInfo;
  readonly all: readonly AccountInfo[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

/** Deletes an account; its meetings go to somebody, or with it. */
export function RemoveAccount({ account, all, isOpen, onClose, onRemoved }: RemoveAccountProps) {
  const [heir, setHeir] = useState('none');
  const task = useTask();
  const heirs = all.filter(({ id, role, disabled }) => id !== account.id && !disabled && (role === 'host' || role === 'admin'));
  const remove = async () => {
    const who = heirs.find(({ id }) => id === heir);
    const well = await task.run(() => rest('removeAccount', { id: account.id, dropMeetings: heir === 'drop', ...(who ? { heir: who.id } : {}) }));
    if (!well) return;
    onClose();
    say(w('removed'));
    onRemoved();
  };
  return (
    <Dialog title={w('removeTitle', { name: account.name })} isOpen={isOpen} onClose={onClose} asks testId="remove-account">
      <p>{w('removeLead')}</p>
      <Select
        label={w('heir')}
        value={heir}
        onChange={setHeir}
        options={[{ id: 'none', label: w('heirNone') }, ...heirs.map(({ id, name }) => ({ id, label: w('heirTo', { name }) })), { id: 'drop', label: w('heirDrop') }]}
      />
      <RefusalNote problem={task.problem} />
      <Actions>
        <Button look="danger" isDisabled={task.busy} onPress={() => void remove()}>
          {w('remove')}
        </Button>
        <Button onPress={onClose}>{w('cancel')}</Button>
      </Actions>
    </Dialog>
  );
}
