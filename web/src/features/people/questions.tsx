import { useState, type FormEvent } from 'react';
import { faultOf, lengthOf, NAME_LIMIT } from '../../api';
import { t } from '../../i18n';
import { Actions, Button, Dialog, Field } from '../../ui';

export interface RenameProps {
  readonly name: string;
  readonly onRename: (name: string) => void;
  readonly onClose: () => void;
}

/** Another name for somebody, or for oneself. */
export function RenameDialog({ name: before, onRename, onClose }: RenameProps) {
  const [name, setName] = useState(before);
  const fault = faultOf(name, NAME_LIMIT);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fault) return;
    if (name.trim() !== before) onRename(name.trim());
    onClose();
  };
  return (
    <Dialog title={t('person.renameTitle', { name: before })} isOpen dark onClose={onClose} testId="rename-dialog">
      <form className="stack" onSubmit={submit}>
        <Field label={t('person.newName')} hint={t('person.nameHint')} value={name} onChange={setName} error={errorOf(fault, name)} testId="rename-name" />
        <Button type="submit" look="main" wide data-testid="rename-save">
          {t('person.renameSave')}
        </Button>
      </form>
    </Dialog>
  );
}

function errorOf(fault: ReturnType<typeof faultOf>, name: string): string | undefined {
  if (fault === 'long') return t('field.tooLong', { most: NAME_LIMIT, n: lengthOf(name) });
  if (fault === 'empty') return t('join.nameMissing');
  return fault === 'signs' ? t('field.signs', { most: NAME_LIMIT }) : undefined;
}

export interface RemoveProps {
  readonly name: string;
  /** the lobby is off, so that the link lets the person back in */
  readonly open: boolean;
  readonly onRemove: (refuse: boolean) => void;
  readonly onClose: () => void;
}

/** Putting somebody out. Where the link would let them back, that can be prevented. */
export function RemoveDialog({ name, open, onRemove, onClose }: RemoveProps) {
  const remove = (refuse: boolean) => {
    onRemove(refuse);
    onClose();
  };
  return (
    <Dialog title={t('remove.title', { name })} isOpen dark onClose={onClose} testId="remove-dialog">
      <p className="small">{t(open ? 'remove.textOpen' : 'remove.text')}</p>
      <Actions>
        {open ? (
          <Button look="danger" onPress={() => remove(true)} data-testid="remove-refuse">
            {t('remove.refuse')}
          </Button>
        ) : null}
        <Button look={open ? 'plain' : 'danger'} onPress={() => remove(false)} data-testid="remove-only">
          {t('remove.only')}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t('dialog.cancel')}
        </Button>
      </Actions>
    </Dialog>
  );
}

export interface HandOverProps {
  readonly name: string;
  readonly onHandOver: () => void;
  readonly onClose: () => void;
}

/** Making another the owner cannot be taken back by oneself. */
export function HandOverDialog({ name, onHandOver, onClose }: HandOverProps) {
  return (
    <Dialog title={t('handOver.title', { name })} isOpen dark onClose={onClose} testId="handover-dialog">
      <p className="small">{t('handOver.text')}</p>
      <Actions>
        <Button
          look="main"
          onPress={() => {
            onHandOver();
            onClose();
          }}
          data-testid="handover-do"
        >
          {t('handOver.do')}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t('dialog.cancel')}
        </Button>
      </Actions>
    </Dialog>
  );
}
