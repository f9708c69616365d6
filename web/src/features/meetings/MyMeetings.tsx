import { rest, type MeetingNotice, type MeetingView } from '../../api';
import { Button, Note, Skeleton } from '../../ui';
import { RefusalNote, useLoaded } from '../refusal';
import { MeetingRow } from './MeetingRow';
import { divide } from './when';
import { w } from './words';
import './meetings.css';

const load = async () => {
  const [{ meetings }, { notices }] = await Promise.all([rest('listMeetings'), rest('listMeetingNotices')]);
  return { meetings, notices };
};

/** The meetings of who is signed in: today, upcoming, always open, over. */
export function MyMeetings({ onMeeting }: { readonly onMeeting: (link: string, created: boolean) => void }) {
  const { value, problem, reload } = useLoaded(load);
  const again = () => void reload().catch(() => undefined);
  const parts = divide(value?.meetings ?? [], new Date());
  const part = (name: keyof typeof parts) =>
    parts[name].length === 0 ? null : (
      <div className="stack" data-testid={`meetings-${name}`}>
        <h3>{w(`part.${name}`)}</h3>
        <ul className="meeting-list">
          {parts[name].map((meeting: MeetingView) => (
            <MeetingRow key={meeting.id} meeting={meeting} onOpen={() => onMeeting(meeting.link, false)} onChanged={again} />
          ))}
        </ul>
      </div>
    );
  return (
    <section className="card stack" data-testid="my-meetings">
      <h2>{w('mine')}</h2>
      <RefusalNote problem={problem} />
      {value?.notices.map((notice) => <Told key={notice.id} notice={notice} onRead={again} />)}
      {value ? null : problem === undefined ? <Skeleton lines={4} /> : null}
      {value?.meetings.length === 0 ? <p className="soft">{w('mine.none')}</p> : null}
      {part('today')}
      {part('upcoming')}
      {part('always')}
      {part('over')}
    </section>
  );
}

/** A meeting was given to somebody, or came from somebody. */
function Told({ notice, onRead }: { readonly notice: MeetingNotice; readonly onRead: () => void }) {
  const read = () => void rest('deleteMeetingNotice', { id: notice.id }).then(onRead, onRead);
  return (
    <Note>
      <p>{w(`notice.${notice.event}`, { title: notice.title, name: notice.other.name })}</p>
      <Button onPress={read}>{w('notice.read')}</Button>
    </Note>
  );
}
