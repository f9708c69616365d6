import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../i18n';
import { Button } from '../../ui';

/** So long it says that it copied (milliseconds). */
const SAY_FOR = 3000;

/** Copies the result for the help desk. Where the browser lets no page copy, the text appears, marked. */
export function CopySummary({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(0);
  const [byHand, setByHand] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (copied === 0) return undefined;
    const timer = setTimeout(() => setCopied(0), SAY_FOR);
    return () => clearTimeout(timer);
  }, [copied]);
  useEffect(() => {
    if (byHand) field.current?.select();
  }, [byHand]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied((before) => before + 1);
    } catch {
      setByHand(true);
    }
  };
  return (
    <>
      <Button onPress={() => void copy()} data-testid="check-copy">
        {copied ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />}
        {t(copied ? 'check.copied' : 'check.copy')}
      </Button>
      <p className="soft small verdict-hint" role="status">
        {copied ? <span className="unseen">{t('check.copied')}. </span> : null}
        {t('check.copyHint')}
      </p>
      {byHand ? (
        <textarea ref={field} className="verdict-text small" readOnly rows={12} aria-label={t('check.copyByHand')} value={text} data-testid="check-text" />
      ) : null}
    </>
  );
}
