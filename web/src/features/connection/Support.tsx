import { Check, Copy } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import { Button, useCopied } from '../../ui';
import { useValue } from '../../value';
import { grouped } from './grouped';

/** A code by which the support sees the figures of this connection, for as long as the person wants it. */
export function Support({ call }: { readonly call: CallView }) {
  const { code, watched, asked } = useValue(call.help);
  const section = useFocusAfter(code);
  return (
    <section ref={section} className="help-support" data-testid="help-support">
      <h3>{t('help.support')}</h3>
      <p className="small">{t('help.supportText')}</p>
      <p className="small soft">{t('help.supportNot')}</p>
      {code === undefined ? (
        <div>
          <Button onPress={() => call.order({ type: 'help.start' })} data-testid="help-start">
            {t('help.start')}
          </Button>
        </div>
      ) : (
        <>
          <Code code={code} />
          <p className="small" role="status">
            {t(watched ? 'help.watched' : 'help.notWatched')}
          </p>
          <div className="help-end-row">
            <Button onPress={() => call.order({ type: 'help.stop' })} data-testid="help-end">
              {t('help.end')}
            </Button>
            <span className="small soft">{t('help.validity')}</span>
          </div>
        </>
      )}
      <p className="small" role="status" data-testid="help-asked">
        {asked ? t(`help.${asked}`) : ''}
      </p>
    </section>
  );
}

/** The button that was pressed goes, and the focus with it: it goes on to what takes its place. */
function useFocusAfter(code: string | undefined) {
  const section = useRef<HTMLElement>(null);
  const before = useRef(code);
  useEffect(() => {
    if (code !== before.current) section.current?.querySelector<HTMLElement>('output, button')?.focus();
    before.current = code;
  }, [code]);
  return section;
}

/** Large, in two groups, to be read out; and to be copied into a message. */
function Code({ code }: { readonly code: string }) {
  const [copied, sayCopied] = useCopied();
  const copy = () => void navigator.clipboard?.writeText(grouped(code)).then(sayCopied, () => undefined);
  return (
    <div className="help-code">
      <output className="num" tabIndex={-1} aria-label={t('help.code', { code: [...code].join(' ') })} data-testid="help-code">
        {grouped(code)}
      </output>
      <Button onPress={copy} aria-label={t('help.copy')} data-testid="help-copy">
        {copied ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />}
        {t(copied ? 'link.copied' : 'help.copyShort')}
      </Button>
      <span className="unseen" role="status">
        {copied ? t('link.copied') : ''}
      </span>
    </div>
  );
}
