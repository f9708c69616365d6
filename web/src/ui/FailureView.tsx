import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { failureText, type FailureCode } from '../errors';
import { t } from '../i18n';
import { Heading } from './Page';
import './FailureView.css';

export interface FailureViewProps {
  readonly code: FailureCode;
  /** what the person can do: one button, or two */
  readonly children?: ReactNode;
  /** what it concerns, if that is not clear from the place */
  readonly lead?: string | undefined;
  /** inside another page instead of being the page */
  readonly inset?: boolean;
}

/** What happened, what to do, and a code for the help desk. */
export function FailureView({ code, children, lead, inset = false }: FailureViewProps) {
  const text = failureText(code);
  const title = inset ? <h2>{t(text.title)}</h2> : <Heading>{t(text.title)}</Heading>;
  return (
    <section className={inset ? 'failure failure-inset' : 'failure card'} role="alert" data-testid="error-page" data-code={code}>
      <CircleAlert size={inset ? 22 : 32} aria-hidden="true" />
      {title}
      {lead ? <p>{lead}</p> : null}
      <p>{t(text.text, text.values)}</p>
      {text.link ? (
        <a className="failure-link" href={text.link} data-testid="error-link">
          {text.link}
        </a>
      ) : null}
      {text.operator ? <p className="soft small">{withFlags(t(text.operator, text.values))}</p> : null}
      {children ? <div className="failure-actions">{children}</div> : null}
      <p className="soft small num">{t('error.code', { code: text.short })}</p>
    </section>
  );
}

/** A text whose flags of the command line, such as --port, stay in one line: a browser would break them at their dashes. */
function withFlags(text: string): ReactNode {
  return text.split(/(--[a-z-]+)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={index} className="failure-flag">
        {part}
      </code>
    ),
  );
}
