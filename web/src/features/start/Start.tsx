import { useState, type FormEvent } from 'react';
import { createMeeting, linkFrom } from '../../api';
import { failureCode, failureText, type FailureCode } from '../../errors';
import { t } from '../../i18n';
import { Button, Field, Heading, Page } from '../../ui';
import './start.css';

export interface StartProps {
  /** Opens the meeting's page; created: this person just made it. */
  readonly onMeeting: (link: string, created: boolean) => void;
}

/** The first page: make a meeting, or enter one by its link. */
export function Start({ onMeeting }: StartProps) {
  return (
    <Page>
      <div className="start">
        <MakeMeeting onMade={(link) => onMeeting(link, true)} />
        <EnterMeeting onLink={(link) => onMeeting(link, false)} />
      </div>
    </Page>
  );
}

function MakeMeeting({ onMade }: { readonly onMade: (link: string) => void }) {
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FailureCode>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      onMade(await createMeeting(title.trim() || t('start.defaultTitle')));
    } catch (error) {
      setFailure(failureCode(error));
      setBusy(false);
    }
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <Heading>{t('start.title')}</Heading>
      <p className="soft">{t('start.lead')}</p>
      <Field label={t('start.field')} value={title} onChange={setTitle} placeholder={t('start.placeholder')} maxLength={120} testId="start-title" />
      <Button type="submit" look="main" wide isDisabled={busy} data-testid="start-create">
        {t(busy ? 'start.creating' : 'start.create')}
      </Button>
      {failure ? <FormFailure code={failure} /> : null}
    </form>
  );
}

function EnterMeeting({ onLink }: { readonly onLink: (link: string) => void }) {
  const [pasted, setPasted] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const link = linkFrom(pasted);
    if (link) onLink(link);
    setWrong(!link);
  };
  return (
    <form className="start-enter stack" onSubmit={submit}>
      <h2>{t('start.enter')}</h2>
      <div className="start-row">
        <Field
          label={t('start.enterField')}
          value={pasted}
          onChange={(text) => {
            setPasted(text);
            setWrong(false);
          }}
          error={wrong ? t('start.enterInvalid') : undefined}
          testId="start-link"
        />
        <Button type="submit" data-testid="start-go">
          {t('start.go')}
        </Button>
      </div>
    </form>
  );
}

function FormFailure({ code }: { readonly code: FailureCode }) {
  const text = failureText(code);
  return (
    <p className="start-failure" role="alert" data-testid="error-page" data-code={code}>
      <strong>{t(text.title)}</strong> {t(text.text)} <span className="num">({text.short})</span>
    </p>
  );
}
