import { t, type MessageKey } from '../../i18n';
import { Dialog } from '../../ui';

type Row = readonly [string | undefined, MessageKey];

const rows: readonly Row[] = [
  ['M', 'mic.name'],
  ['V', 'cam.name'],
  ['S', 'share.on'],
  ['H', 'hand.title'],
  ['R', 'react.title'],
  ['C', 'chat.title'],
  ['P', 'people.title'],
];
const hostRows: readonly Row[] = [['X', 'host.hold']];
const lastRows: readonly Row[] = [
  [undefined, 'keys.close'],
  ['?', 'keys.help'],
];

/** The list of the keys that act; those of hosts for hosts only. */
export function ShortcutHelp({ host, onClose }: { readonly host: boolean; readonly onClose: () => void }) {
  return (
    <Dialog title={t('keys.title')} isOpen dark onClose={onClose} testId="keys">
      <dl className="keys">
        {[...rows, ...(host ? hostRows : []), ...lastRows].map(([key, meaning]) => (
          <div key={meaning}>
            <dt>
              <kbd>{key ?? t('keys.escape')}</kbd>
            </dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
