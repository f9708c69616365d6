import { useState } from 'react';
import type { AccountInfo } from '../../api';
import { Actions, Button, ChoiceCards, Dialog } from '../../ui';
import { w } from './words';

type Role = AccountInfo['role'];

export const roles: readonly Role[] = ['host', 'admin', 'reception', 'auditor'];

/** The roles with what each is for. */
export function RoleCards({ value, onChange }: { readonly value: Role; readonly onChange: (role: Role) => void }) {
  return <ChoiceCards column label={w('role')} choices={roles.map((id) => ({ id, label: w(`role.${id}`), line: w(`roleLine.${id}`) }))} value={value} onChange={onChange} />;
}

export interface RoleChoiceProps {
  readonly account: AccountInfo;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onChoose: (role: Role) => void;
}

/** Another role for somebody. */
export function RoleChoice({ account, isOpen, onClose, onChoose }: RoleChoiceProps) {
  const [role, setRole] = useState(account.role);
  return (
    <Dialog title={account.name} isOpen={isOpen} onClose={onClose}>
      <RoleCards value={role} onChange={setRole} />
      <Actions>
        <Button look="main" isDisabled={role === account.role} onPress={() => onChoose(role)}>
          {w('save')}
        </Button>
        <Button onPress={onClose}>{w('cancel')}</Button>
      </Actions>
    </Dialog>
  );
}
