import { Check, Copy } from 'lucide-react';
import { useRef } from 'react';
import { t } from '../i18n';
import { Button } from './Button';
import { useCopied } from './useCopied';
import './CopyLink.css';

/** An address to pass on, and a button that copies it. */
export function CopyLink({ url }: { readonly url: string }) {
  const [copied, sayCopied] = useCopied();
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      sayCopied();
    } catch {
      field.current?.select(); // no permission: at least it is marked for copying by hand
    }
  };
  return (
    <div className="copylink">
      <input ref={field} readOnly value={url} aria-label={t('link.field')} onFocus={(event) => event.target.select()} data-testid="meeting-link" />
      <Button onPress={() => void copy()} data-testid="copy-link">
        {copied ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />}
        {t(copied ? 'link.copied' : 'link.copy')}
      </Button>
      <span className="unseen" role="status">
        {copied ? t('link.copied') : ''}
      </span>
    </div>
  );
}
