import { Radio, ShieldCheck } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { meetingUrl, type MeetingSummary } from '../../api';
import { t } from '../../i18n';
import type { Preview } from '../../media';
import { Button, CopyLink, Field, Heading, Page } from '../../ui';
import { PreviewPane } from './PreviewPane';
import './join.css';

/** As the server counts: a longer name is refused. */
const NAME_LIMIT = 80;

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

/** Before the meeting: who am I, how do I look and sound. Camera and microphone are off until switched on. */
export function Join(props: JoinProps) {
  const { link, summary, preview, created, joining, nameRefused, onJoin, onHome } = props;
  const [name, setName] = useState(props.name);
  const [error, setError] = useState<string | undefined>(nameRefused ? t('error.name_invalid.title') : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const trimmed = name.trim();
    if (trimmed === '') return setError(t('join.nameMissing'));
    onJoin(trimmed);
  };
  return (
    <Page onHome={onHome}>
      <div className="join">
        <PreviewPane preview={preview} name={name} />
        <form className="join-form stack" onSubmit={submit}>
          <div className="join-title">
            <Heading>{summary.title}</Heading>
            <Running summary={summary} />
          </div>
          {created ? <Invitation url={meetingUrl(link)} /> : null}
          <Field
            label={t('join.name')}
            hint={t('join.nameHint')}
            value={name}
            onChange={(text) => {
              setName(text);
              setError(undefined);
            }}
            error={error}
            maxLength={NAME_LIMIT}
            testId="join-name"
          />
          <Button type="submit" look="main" wide isDisabled={joining} data-testid="join-submit">
            {t(joining ? 'join.joining' : 'join.submit')}
          </Button>
          <p className="join-notes small soft">
            <ShieldCheck size={16} aria-hidden="true" />
            <span>
              {t('join.protection')} {t('join.noRecording')}
            </span>
          </p>
        </form>
      </div>
    </Page>
  );
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
    </section>
  );
}
