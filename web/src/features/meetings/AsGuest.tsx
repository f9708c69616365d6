import { useCallback } from 'react';
import { lookAsGuest, type MeetingView, type VisitView } from '../../api';
import { language } from '../../i18n';
import { Skeleton } from '../../ui';
import { RefusalNote, useLoaded } from '../refusal';
import { spanText } from './when';
import { w, wordOf } from './words';

/** "So sehen es Gäste": what the server tells somebody who has only the link. */
export function AsGuest({ meeting }: { readonly meeting: MeetingView }) {
  const ask = useCallback(() => lookAsGuest(meeting.link), [meeting.link]);
  const { value: seen, problem } = useLoaded(ask);
  return (
    <section className="card stack" data-testid="as-guest">
      <h2>{w('guest')}</h2>
      <RefusalNote problem={problem} />
      {seen ? <Seen seen={seen} /> : problem === undefined ? <Skeleton lines={4} /> : null}
    </section>
  );
}

function Seen({ seen }: { readonly seen: VisitView }) {
  const lines = [
    seen.host ? w('guest.host', { name: seen.host }) : undefined,
    seen.start && seen.end ? spanText(seen.start, seen.end) : undefined,
    w(`level.${seen.level}.line`),
    seen.people === undefined ? undefined : w('guest.number'),
    seen.refusal ? wordOf(`guest.no.${seen.refusal}`) : seen.role === 'viewer' ? w('guest.viewer') : undefined,
    seen.code ? w('guest.code') : undefined,
    seen.waits ? w('guest.waits') : undefined,
  ];
  return (
    <div className="guest-view">
      <p className="guest-title">{seen.title ?? w(`kind.${seen.kind}`)}</p>
      {lines.map((line) => (line ? <p key={line}>{line}</p> : null))}
      {seen.notices.map((notice) => (
        <p key={notice.de}>{notice[language]}</p>
      ))}
      {seen.title === undefined ? <p className="soft small">{w('guest.hidden')}</p> : null}
    </div>
  );
}
