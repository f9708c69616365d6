import { useCallback, useEffect, useState } from 'react';
import { rest, type Me, type MeetingView } from '../../api';
import { Heading, Skeleton } from '../../ui';
import { Frame } from '../frame';
import { RefusalNote, useTask } from '../refusal';
import { EnterMeeting } from '../start';
import { MakeMeeting } from './MakeMeeting';
import { MeetingRow } from './MeetingRow';
import { w } from './words';
import './home.css';

export interface HomeProps {
  readonly me: Me;
  readonly onMeeting: (link: string, created: boolean) => void;
}

/** The first page of who is signed in: a new meeting, one's own, and the way into another's. */
export function Home({ me, onMeeting }: HomeProps) {
  const [meetings, setMeetings] = useState<readonly MeetingView[]>();
  const task = useTask();
  const load = useCallback(async () => setMeetings((await rest('listMeetings')).meetings), []);
  const hosts = me.may.includes('host_meetings');
  useEffect(() => {
    void task.run(load);
    // Once, when the page opens; deleting one loads again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [load]);
  return (
    <Frame>
      <div className="wide home" data-testid="home">
        <Heading>{w('hello', { name: me.name })}</Heading>
        {hosts ? <MakeMeeting onMade={(link) => onMeeting(link, true)} /> : null}
        <section className="card stack">
          <h2>{w('mine')}</h2>
          <RefusalNote problem={task.problem} />
          {meetings === undefined && task.problem === undefined ? <Skeleton /> : null}
          {meetings?.length === 0 ? <p className="soft">{w('none')}</p> : null}
          {meetings && meetings.length > 0 ? (
            <ul className="meetings">
              {meetings.map((meeting) => (
                <MeetingRow key={meeting.id} meeting={meeting} onOpen={() => onMeeting(meeting.link, false)} onRemoved={() => void task.run(load)} />
              ))}
            </ul>
          ) : null}
        </section>
        <EnterMeeting onLink={(link) => onMeeting(link, false)} />
      </div>
    </Frame>
  );
}
