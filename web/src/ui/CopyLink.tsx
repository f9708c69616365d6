import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../i18n';
import { Button } from './Button';
import './CopyLink.css';

/** So long it says that it copied (milliseconds). */
const SAY_FOR = 3000;

/** An address to pass on, and a button that copies it. */
export function CopyLink({ url }: { readonly url: string }) {
  const [copied, setCopied] = useState(0);
  useEffect(() => {
    if (copied === 0) return undefined;
    const timer = setTimeout(() => setCopied(0), SAY_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      setCopied((before) => before + 1);
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
