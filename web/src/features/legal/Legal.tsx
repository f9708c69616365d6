import { useEffect, useState } from 'react';
import { rest, type Details, type Operator } from '../../api';
import { Heading, Note, Skeleton } from '../../ui';
import { Frame } from '../frame';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';
import './legal.css';

export type LegalPage = 'imprint' | 'privacy' | 'accessibility';

/** The pages that the law wants, made of what the operator has said of itself. */
export function Legal({ page }: { readonly page: LegalPage }) {
  const [operator, setOperator] = useState<Operator>();
  const task = useTask();
  useEffect(() => {
    void task.run(async () => setOperator(await rest('getOperator')));
    // Once, when the page opens.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const Content = { imprint: Imprint, privacy: Privacy, accessibility: Accessibility }[page];
  return (
    <Frame>
      <article className="legal" data-testid={`legal-${page}`}>
        <Heading>{w(page)}</Heading>
        <RefusalNote problem={task.problem} />
        {operator && !operator.complete ? <Note>{w('missing')}</Note> : null}
        {operator ? <Content details={operator.details} /> : task.problem === undefined ? <Skeleton lines={6} /> : null}
      </article>
    </Frame>
  );
}

interface ContentProps {
  readonly details: Details;
}

function Imprint({ details }: ContentProps) {
  return (
    <>
      <Entry label={w('operator')} text={lines(details.organisation, details.address)} />
      <Entry label={w('represented')} text={details.representedBy} />
      <Entry label={w('contact')} text={contact(details)} />
      <Entry label={w('register')} text={details.register} />
      <Entry label={w('editorial')} text={details.editorialContact} />
    </>
  );
}

function Privacy({ details }: ContentProps) {
  return (
    <>
      <Entry label={w('controller')} text={lines(details.organisation, details.address, contact(details))} />
      <Entry label={w('protection')} text={details.dataProtectionContact} />
      <section>
        <h2>{w('processed')}</h2>
        <ul>
          <li>{w('processedMedia')}</li>
          <li>{w('processedName')}</li>
          <li>{w('processedAddress')}</li>
          <li>{w('processedAccount')}</li>
          <li>{w('processedMeeting')}</li>
        </ul>
        <p>{w('cookies')}</p>
        <p>{w('encryption')}</p>
        <p>{w('rights')}</p>
      </section>
      <Entry label={w('authority')} text={details.supervisoryAuthority} />
    </>
  );
}

function Accessibility({ details }: ContentProps) {
  return (
    <>
      <p>{w('a11yLead')}</p>
      <p>{w('a11yMissing')}</p>
      <Entry label={w('a11yContact')} text={details.accessibilityContact || contact(details)} />
      <Entry label={w('a11yEnforcement')} text={details.accessibilityAuthority} />
    </>
  );
}

const lines = (...parts: readonly string[]) => parts.filter((part) => part !== '').join('\n');

function contact({ email, phone }: Details): string {
  return lines(email && `${w('email')}: ${email}`, phone && `${w('phone')}: ${phone}`);
}

/** What the operator has not filled in is not there. */
function Entry({ label, text }: { readonly label: string; readonly text: string }) {
  if (text === '') return null;
  return (
    <section>
      <h2>{label}</h2>
      <p className="legal-lines">{text}</p>
    </section>
  );
}
