import { Radio, ShieldCheck } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { faultOf, lengthOf, LINK_HOURS, meetingUrl, NAME_LIMIT, type MeetingSummary } from '../../api';
import { t } from '../../i18n';
import type { Preview } from '../../media';
import { Button, CopyLink, Field, Heading, Page } from '../../ui';
import { DeviceDetails } from './DeviceDetails';
import { PreviewPane } from './PreviewPane';
import './join.css';

export interface JoinProps {
  readonly link: string;
  readonly summary: MeetingSummary;
  readonly preview: Preview;
  /** the name typed before, when the person comes back to this page */
  readonly name: string;
  /** this person just made the meeting and has a link to send */
  readonly created: boolean;
  readonly joining: boolean;
  readonly nameRefused: boolean;
  readonly onJoin: (name: string) => void;
  readonly onHome: () => void;
}

/**
 * Before the meeting: who am I, how do I look and sound. Camera and microphone are off until switched on. The heading
 * comes first, where the focus begins, so that the switches are the next stop of the Tab key; it is drawn on the right.
 */
export function Join(props: JoinProps) {
  const { link, summary, preview, created, joining, nameRefused, onJoin, onHome } = props;
  const [name, setName] = useState(props.name);
  return (
    <Page onHome={onHome} top>
      <div className="join">
        <Heading unseen>{summary.title}</Heading>
        <PreviewPane preview={preview} name={name} />
        <div className="join-side stack">
          <div className="join-title">
            <p className="join-heading" aria-hidden="true">
              {summary.title}
            </p>
            <Running summary={summary} />
          </div>
          {created ? <Invitation url={meetingUrl(link)} /> : null}
          <NameForm name={name} onName={setName} joining={joining} refused={nameRefused} onJoin={onJoin} />
          <p className="join-notes small soft">
            <ShieldCheck size={16} aria-hidden="true" />
            <span>
              {t('join.protection')} {t('join.noRecording')}
            </span>
          </p>
        </div>
        <DeviceDetails preview={preview} />
      </div>
    </Page>
  );
}

interface NameFormProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly joining: boolean;
  readonly refused: boolean;
  readonly onJoin: (name: string) => void;
}

function NameForm({ name, onName, joining, refused, onJoin }: NameFormProps) {
  const [fault, setFault] = useState<'empty' | 'signs' | undefined>(refused ? 'signs' : undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (refused) field.current?.focus();
  }, [refused]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = faultOf(name, NAME_LIMIT);
    if (found === undefined) return onJoin(name.trim());
    setFault(found === 'empty' ? 'empty' : 'signs');
    field.current?.focus();
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field
        label={t('join.name')}
        hint={t('join.nameHint')}
        value={name}
        onChange={(text) => {
          onName(text);
          setFault(undefined);
        }}
        error={nameError(name, fault)}
        inputRef={field}
        testId="join-name"
      />
      <Button type="submit" look="main" wide isDisabled={joining} data-testid="join-submit">
        {t(joining ? 'join.joining' : 'join.submit')}
      </Button>
    </form>
  );
}

function nameError(name: string, fault: 'empty' | 'signs' | undefined): string | undefined {
  if (faultOf(name, NAME_LIMIT) === 'long') return t('field.tooLong', { most: NAME_LIMIT, n: lengthOf(name) });
  if (fault === 'empty') return t('join.nameMissing');
  return fault === 'signs' ? t('field.signs', { most: NAME_LIMIT }) : undefined;
}

function Running({ summary }: { readonly summary: MeetingSummary }) {
  if (!summary.running) return <p className="soft">{t('join.waiting')}</p>;
  return (
    <p className="join-running" role="status">
      <Radio size={18} aria-hidden="true" />
      {t('join.running')}
      {summary.people > 0 ? <span className="soft num"> · {t('join.people', { n: summary.people })}</span> : null}
    </p>
  );
}

function Invitation({ url }: { readonly url: string }) {
  return (
    <section className="join-invitation stack">
      <h2>{t('link.title')}</h2>
      <p className="small">{t('link.lead')}</p>
      <CopyLink url={url} />
      <p className="small soft">{t('link.validity', { hours: LINK_HOURS })}</p>
    </section>
  );
}
