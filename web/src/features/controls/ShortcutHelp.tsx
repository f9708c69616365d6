import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { t, type MessageKey } from '../../i18n';

const rows: readonly (readonly [string | undefined, MessageKey])[] = [
  ['M', 'mic.name'],
  ['V', 'cam.name'],
  ['S', 'share.on'],
  ['C', 'chat.title'],
  ['P', 'people.title'],
  [undefined, 'keys.close'],
  ['?', 'keys.help'],
];

/** The list of the keys that act, in a dialog of the browser: it closes with Escape and gives the focus back. */
export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="keys dark" aria-label={t('keys.title')} onClose={onClose} data-testid="keys">
      <header>
        <h2>{t('keys.title')}</h2>
        <button type="button" className="panel-close" aria-label={t('panel.close')} onClick={() => dialog.current?.close()}>
          <X size={20} aria-hidden="true" />
        </button>
      </header>
      <dl>
        {rows.map(([key, meaning]) => (
          <div key={meaning}>
            <dt>
              <kbd>{key ?? t('keys.escape')}</kbd>
            </dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
