import { Download, File } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { CallView, FileLine } from '../../call';
import { t } from '../../i18n';
import { sizeText } from './size';
import './files.css';

/** A file that somebody gave: its name as text, its size, and the way to get it. Nothing is opened or shown here. */
export function FileCard({ call, file }: { readonly call: CallView; readonly file: FileLine }) {
  const name = file.name ?? t('file.encrypted');
  return (
    <div className="file" data-testid="file" data-name={name}>
      <File size={20} aria-hidden="true" />
      <span className="file-what">
        <span className="file-name">{name}</span>
        <span className="soft small num">{sizeText(file.size)}</span>
      </span>
      <Button className="iconbutton" aria-label={t('file.get', { name })} isDisabled={file.name === undefined} onPress={() => call.get(file, name)} data-testid="file-get">
        <Download size={18} aria-hidden="true" />
      </Button>
    </div>
  );
}
