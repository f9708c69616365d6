import { useRef, useState, type FormEvent } from 'react';
import { createMeeting, faultOf, hostingIsOpen, lengthOf, linkFrom, TITLE_LIMIT } from '../../api';
import { failureCode, failureText, type FailureCode } from '../../errors';
import { t } from '../../i18n';
import { browserFailure } from '../../media';
import { goTo } from '../../route';
import { Button, FailureView, Field, Heading, Page, PageLink } from '../../ui';
import { Foot, SignInLink } from '../foot';
import './start.css';

export interface StartProps {
  /** Opens the meeting's page; created: this person just made it. */
  readonly onMeeting: (link: string, created: boolean) => void;
  readonly onCheck: () => void;
}

/** The first page: make a meeting, or enter one by its link. Where neither can work, it says so instead. */
export function Start({ onMeeting, onCheck }: StartProps) {
  const unable = browserFailure();
  if (unable) {
    return (
      <Page>
        <FailureView code={unable} />
      </Page>
    );
  }
  return (
    <Page aside={<SignInLink />} foot={<Foot />}>
      <div className="start">
        {hostingIsOpen() ? <MakeMeeting onMade={(link) => onMeeting(link, true)} /> : <Heading>{t('start.enter')}</Heading>}
        <EnterMeeting named={!hostingIsOpen()} onLink={(link) => onMeeting(link, false)} />
        <p className="start-foot">
          <PageLink href="/check" onFollow={onCheck} data-testid="start-check">
            {t('check.title')}
          </PageLink>
        </p>
      </div>
    </Page>
  );
}

function MakeMeeting({ onMade }: { readonly onMade: (link: string) => void }) {
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FailureCode>();
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const fault = faultOf(title, TITLE_LIMIT);
  const error = titleError(title, missing, failure === 'title_invalid');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(fault === 'empty');
    if (fault) return field.current?.focus();
    setBusy(true);
    setFailure(undefined);
    try {
      onMade(await createMeeting(title.trim()));
    } catch (problem) {
      setFailure(failureCode(problem));
      setBusy(false);
      if (failureCode(problem) === 'title_invalid') field.current?.focus();
    }
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <Heading>{t('start.title')}</Heading>
      <p className="soft">{t('start.lead')}</p>
      <Field
        label={t('start.field')}
        value={title}
        onChange={(text) => {
          setTitle(text);
          setMissing(false);
          setFailure(undefined);
        }}
        error={error}
        placeholder={t('start.placeholder')}
        inputRef={field}
        testId="start-title"
      />
      <Button type="submit" look="main" wide isDisabled={busy} data-testid="start-create">
        {t(busy ? 'start.creating' : 'start.create')}
      </Button>
      {failure && !error ? <FormFailure code={failure} /> : null}
    </form>
  );
}

function titleError(title: string, missing: boolean, refused: boolean): string | undefined {
  const fault = faultOf(title, TITLE_LIMIT);
  if (fault === 'long') return t('field.tooLong', { most: TITLE_LIMIT, n: lengthOf(title) });
  if (fault === 'signs' || refused) return t('field.signs', { most: TITLE_LIMIT });
  return missing ? t('start.titleMissing') : undefined;
}

/** named: the page's heading says what it is. */
export function EnterMeeting({ onLink, named = false }: { readonly onLink: (link: string) => void; readonly named?: boolean }) {
  const [pasted, setPasted] = useState('');
  const [error, setError] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = linkFrom(pasted);
    if (found.kind === 'link') return onLink(found.link);
    if (found.kind === 'slip') return goTo(`/enter#${found.code}`);
    if (found.kind === 'elsewhere') setError(t('start.enterElsewhere', { host: found.host }));
    else setError(t(pasted.trim() === '' ? 'start.enterMissing' : 'start.enterInvalid'));
    field.current?.focus();
  };
  return (
    <form className="start-enter stack" onSubmit={submit}>
      {named ? null : <h2>{t('start.enter')}</h2>}
      <div className="start-row">
        <Field
          label={t('start.enterField')}
          value={pasted}
          onChange={(text) => {
            setPasted(text);
            setError(undefined);
          }}
          error={error}
          inputRef={field}
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
      {text.form ? t(text.form) : <><strong>{t(text.title)}</strong> {t(text.text, text.values)}</>} <span className="num">({text.short})</span>
    </p>
  );
}
