import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button, useCopied } from '../../ui';
import { w } from './words';

/** Copies the result for the help desk. Where the browser lets no page copy, the text appears, marked. */
export function CopySummary({ text }: { readonly text: string }) {
  const [copied, sayCopied] = useCopied();
  const [byHand, setByHand] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (byHand) field.current?.select();
  }, [byHand]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      sayCopied();
    } catch {
      setByHand(true);
    }
  };
  return (
    <>
      <Button onPress={() => void copy()} data-testid="check-copy">
        {copied ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />}
        {w(copied ? 'copied' : 'copy')}
      </Button>
      <p className="soft small verdict-hint" role="status">
        {copied ? <span className="unseen">{w('copied')}. </span> : null}
        {w('copyHint')}
      </p>
      {byHand ? (
        <textarea ref={field} className="verdict-text small" readOnly rows={12} aria-label={w('copyByHand')} value={text} data-testid="check-text" />
      ) : null}
    </>
  );
}
