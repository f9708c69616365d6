import { CalendarPlus } from 'lucide-react';
import { rest, type MeetingView } from '../../api';
import { Button, CopyLink, Note, Qr } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { AsGuest } from './AsGuest';
import { InvitationText } from './InvitationText';
import { calendarOf } from './MeetingRow';
import { TrialPart } from './TrialPart';
import { dayText } from './when';
import { w } from './words';

export interface InvitePartProps {
  readonly meeting: MeetingView;
  readonly onChanged: (meeting: MeetingView) => void;
  readonly onMeeting: (link: string, created: boolean) => void;
}

/** Link, access code, invitation, calendar file, QR code, what guests will see, and a trial run. */
export function InvitePart({ meeting, onChanged, onMeeting }: InvitePartProps) {
  const task = useTask();
  const { id, address, code, settings } = meeting;
  const renew = (what: 'renewLink' | 'renewCode') => void task.run(async () => onChanged(await rest(what, { id })));
  const own = meeting.mine === 'owner' || meeting.mine === 'planner';
  return (
    <div className="invite">
      <section className="card stack">
        {settings.guests === 'invited' ? (
          <Note>
            <p>{w('invite.personal')}</p>
          </Note>
        ) : null}
        <h2>{w('invite')}</h2>
        <CopyLink url={address} />
        {code ? (
          <p>
            {w('code')}: <strong className="num code">{code}</strong> <span className="soft small">{w('code.lead')}</span>
          </p>
        ) : null}
        {own ? (
          <div className="buttons">
            <Button onPress={() => renew('renewLink')} isDisabled={task.busy}>
              {w('link.renew')}
            </Button>
            {code ? (
              <Button onPress={() => renew('renewCode')} isDisabled={task.busy}>
                {w('code.renew')}
              </Button>
            ) : null}
          </div>
        ) : null}
        <RefusalNote problem={task.problem} />
        <InvitationText key={meeting.changed + meeting.link} id={id} />
        {meeting.schedule.form === 'always' ? null : (
          <a className="button button-plain" href={calendarOf(id)} download data-testid="calendar">
            <CalendarPlus size={18} aria-hidden="true" />
            {w('calendar')}
          </a>
        )}
        <p className="soft small">{w('erased', { day: dayText(meeting.erased, -1) })}</p>
      </section>
      <div className="stack invite-side">
        <section className="card stack">
          <h2>{w('qr')}</h2>
          <Qr text={address} label={w('qr.of', { title: meeting.title })} />
        </section>
        <AsGuest key={meeting.changed + meeting.link} meeting={meeting} />
        {meeting.mine === 'planner' ? null : <TrialPart meeting={meeting} onMeeting={onMeeting} />}
      </div>
    </div>
  );
}
