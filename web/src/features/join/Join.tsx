import { FlaskConical, KeyRound, MonitorSmartphone, Radio, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { LINK_HOURS, meetingUrl, type MeetingSummary } from '../../api';
import { span, t } from '../../i18n';
import type { Preview } from '../../media';
import { CopyLink, Heading, Page } from '../../ui';
import { DeviceDetails } from './DeviceDetails';
import { EntryForm, type Refused } from './EntryForm';
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
  /** this is a further device of somebody who is in */
  readonly companion: boolean;
  readonly joining: boolean;
  readonly refused: Refused;
  readonly onJoin: (name: string, code: string) => void;
  readonly onHome: () => void;
}

/**
 * Before the meeting: who am I, how do I look and sound, who invites and how protected it is. Camera and microphone are off
 * until switched on. The heading comes first, where the focus begins, so that the switches are the next stop of the Tab key;
 * it is drawn on the right.
 */
export function Join(props: JoinProps) {
  const { link, summary, preview, created, companion, joining, refused, onJoin, onHome } = props;
  const [name, setName] = useState(summary.name ?? props.name);
  const title = summary.title || t(`kind.${summary.kind ?? 'discussion'}`);
  return (
    <Page onHome={onHome} top>
      <div className="join">
        <Heading unseen>{title}</Heading>
        <PreviewPane preview={preview} name={name} silent={companion} />
        <div className="join-side stack">
          <div className="join-title">
            <p className="join-heading" aria-hidden="true">
              {title}
            </p>
            <Inviting summary={summary} />
            <Running summary={summary} />
          </div>
          {created ? <Invitation url={meetingUrl(link)} owned={summary.host !== undefined} /> : null}
          {summary.trial ? (
            <p className="join-notes small" data-testid="join-trial">
              <FlaskConical size={16} aria-hidden="true" />
              <span>{t('join.trial')}</span>
            </p>
          ) : null}
          {companion ? (
            <p className="join-notes small" data-testid="join-companion">
              <MonitorSmartphone size={16} aria-hidden="true" />
              <span>{t('join.companion')}</span>
            </p>
          ) : null}
          <EntryForm summary={summary} name={name} onName={setName} companion={companion} joining={joining} refused={refused} onJoin={onJoin} />
          <p className="join-notes small soft">
            <ShieldCheck size={16} aria-hidden="true" />
            <span>
              {t('join.protection')} {t('join.noRecording')}
            </span>
          </p>
        </div>
        <DeviceDetails preview={preview} silent={companion} />
      </div>
    </Page>
  );
}

/** Who invites, the protection level, when it is, and whether this person will wait. */
function Inviting({ summary: { host, level, kind, waits, start, end } }: { readonly summary: MeetingSummary }) {
  if (level === undefined) return null;
  return (
    <>
      <p className="join-inviting" data-testid="join-inviting">
        {host ? <span>{t('join.invites', { host })}</span> : null}
        <span className="soft">
          {t('level.title')}: {t(`level.${level}`)}. {t(`level.${level}Text`)}
        </span>
        {start && end ? <span data-testid="join-span">{span(start, end)}</span> : null}
        {waits ? <span className="soft">{t('join.waits')}</span> : null}
      </p>
      {kind === 'consultation' ? (
        <p className="join-secrecy small">
          <KeyRound size={15} aria-hidden="true" /> {t('level.noSecrecy')} {t('lobby.emergency')}
        </p>
      ) : null}
    </>
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

/** owned: by an account, which keeps it longer. */
function Invitation({ url, owned }: { readonly url: string; readonly owned: boolean }) {
  return (
    <section className="join-invitation stack">
      <h2>{t('link.title')}</h2>
      <p className="small">{t('link.lead')}</p>
      <CopyLink url={url} />
      <p className="small soft">{owned ? t('link.validityYear') : t('link.validity', { hours: LINK_HOURS })}</p>
    </section>
  );
}
