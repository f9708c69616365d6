import { Paperclip } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import './files.css';

export interface AttachButtonProps {
  readonly call: CallView;
  readonly to: string | undefined;
  /** MB that a file may have */
  readonly most: number;
}

/** Chooses files to give. Too large a one is told before anything is sent. */
export function AttachButton({ call, to, most }: AttachButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState<string>();
  const take = (files: FileList | null) => {
    setTooLarge(undefined);
    for (const file of files ?? []) {
      if (file.size > most * 2 ** 20) setTooLarge(file.name);
      else call.give(file, to);
    }
    if (input.current) input.current.value = ''; // the same file can be chosen again
  };
  return (
    <>
      <input ref={input} type="file" multiple hidden onChange={(event) => take(event.target.files)} data-testid="file-input" />
      <Button className="iconbutton file-attach" aria-label={t('file.attach')} onPress={() => input.current?.click()} data-testid="file-attach">
        <Paperclip size={20} aria-hidden="true" />
      </Button>
      {tooLarge === undefined ? null : (
        <p className="file-fault small" role="alert">
          {t('file.tooLarge', { name: tooLarge, most })}
        </p>
      )}
    </>
  );
}
