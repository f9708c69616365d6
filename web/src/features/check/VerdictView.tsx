import { ChevronRight, CircleAlert, CircleCheck, CircleX, Info, type LucideIcon } from 'lucide-react';
import { Button, Heading } from '../../ui';
import { CopySummary } from './CopySummary';
import type { CheckState } from './run';
import { Steps } from './Steps';
import { levelOf, type Level } from './verdict';
import { adminText, summaryOf, verdictText, w } from './words';

const icons: Readonly<Record<Level, LucideIcon>> = { good: CircleCheck, limited: CircleAlert, bad: CircleX, unknown: Info };

/** What was found: in one line, as a code, what it means, what to do; below it every measurement. */
export function VerdictView({ state, onAgain }: { readonly state: CheckState; readonly onAgain: () => void }) {
  const { verdict } = state;
  if (!verdict) return null;
  const { code, also } = verdict;
  const admin = adminText(code);
  const level = levelOf(code);
  const Icon = icons[level];
  const measured = Object.keys(state.steps).length > 0;
  return (
    <>
      <section className="card stack verdict" data-testid="check-verdict" data-code={code} data-also={also.join(' ')} data-level={level}>
        <p className="verdict-level">
          <Icon size={28} aria-hidden="true" />
          {w(`level.${level}`)}
        </p>
        <Heading>{verdictText(code, 'title')}</Heading>
        <p className="verdict-code">
          <span className="soft small">{w('code')}</span> <code>{code}</code>
        </p>
        <dl className="verdict-parts">
          <Part title={w('meeting')} text={verdictText(code, 'meeting')} />
          <Part title={w('you')} text={verdictText(code, 'you')} />
          {admin ? <Part title={w('admin')} text={admin} /> : null}
          {also.length > 0 ? (
            <div>
              <dt>{w('also')}</dt>
              {also.map((other) => (
                <dd key={other}>
                  {verdictText(other, 'title')} (<code>{other}</code>). {verdictText(other, 'you')}
                </dd>
              ))}
            </div>
          ) : null}
        </dl>
        <div className="verdict-actions">
          <Button look="main" onPress={onAgain} data-testid="check-again">
            {w('again')}
          </Button>
          {measured ? <CopySummary text={summaryOf(state)} /> : null}
        </div>
      </section>
      {measured ? (
        <details className="card check-details" data-testid="check-details">
          <summary>
            <ChevronRight size={18} aria-hidden="true" />
            {w('details')}
          </summary>
          <Steps steps={state.steps} />
        </details>
      ) : null}
    </>
  );
}

function Part({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{text}</dd>
    </div>
  );
}
