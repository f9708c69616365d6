import { useState, type FormEvent } from 'react';
import { t } from '../../i18n';
import { Button, Field, Dialog } from '../../ui';

export interface TellWaitingProps {
  /** undefined: everybody who waits, also who comes later */
  readonly name: string | undefined;
  readonly onSay: (text: string) => void;
  readonly onClose: () => void;
}

/** A line to those who wait. */
export function TellWaiting({ name, onSay, onClose }: TellWaitingProps) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    onSay(text);
    onClose();
  };
  return (
    <Dialog title={name === undefined ? t('waiting.tellAll') : t('waiting.tellName', { name })} isOpen dark onClose={onClose} testId="tell-dialog">
      <form className="stack" onSubmit={submit}>
        <Field label={t('waiting.message')} hint={t('waiting.messageHint')} value={text} onChange={setText} testId="tell-text" />
        <Button type="submit" look="main" wide data-testid="tell-send">
          {t('chat.send')}
        </Button>
      </form>
    </Dialog>
  );
}
