import { ArrowLeft } from 'lucide-react';
import { useCallback } from 'react';
import { rest, type MeetingView } from '../../api';
import { Button, Heading, PageLink, Skeleton, Tabs, say } from '../../ui';
import { Frame } from '../frame';
import { RefusalNote, useLoaded, useTask } from '../refusal';
import { RefusalReasons } from '../settings';
import { DatesPart } from './DatesPart';
import { HostsPart } from './HostsPart';
import { InvitePart } from './InvitePart';
import { MeetingForm } from './MeetingForm';
import { PeoplePart } from './PeoplePart';
import { timesOf, whenText } from './when';
import { w } from './words';
import './meetings.css';

export interface MeetingDetailsProps {
  readonly id: string;
  readonly onMeeting: (link: string, created: boolean) => void;
}

/** One meeting that is planned: invite to it, change it, say who conducts it. */
export function MeetingDetails({ id, onMeeting }: MeetingDetailsProps) {
  const ask = useCallback(async () => {
    const [meeting, { kinds }] = await Promise.all([rest('showMeeting', { id }), rest('listKinds')]);
    return { meeting, kinds };
  }, [id]);
  const { value, setValue, problem } = useLoaded(ask);
  const task = useTask();
  const changed = (meeting: MeetingView) => setValue((before) => before && { ...before, meeting });
  const meeting = value?.meeting;
  const next = meeting?.dates[0];
  return (
    <Frame>
      <div className="wide" data-testid="meeting-page">
        <PageLink href="/" className="back">
          <ArrowLeft size={18} aria-hidden="true" />
          {w('mine')}
        </PageLink>
        <RefusalNote problem={problem} />
        {value && meeting ? (
          <>
            <div className="row-between">
              <div className="page-intro">
                <Heading>{meeting.title}</Heading>
                <p className="soft">
                  {w(`kind.${meeting.kind}`)} · {w(`level.${meeting.level}`)} · {next ? whenText(next) : w(meeting.schedule.form === 'always' ? 'part.always' : 'part.over')}
                </p>
              </div>
              {meeting.mine === 'planner' ? null : (
                <Button look="main" onPress={() => onMeeting(meeting.link, false)} data-testid="meeting-enter">
                  {w('enter')}
                </Button>
              )}
            </div>
            <Tabs
              label={meeting.title}
              entries={[
                { id: 'invite', label: w('tab.invite'), content: <InvitePart meeting={meeting} onChanged={changed} onMeeting={onMeeting} /> },
                ...(meeting.schedule.form === 'series' ? [{ id: 'dates', label: w('dates'), content: <DatesPart meeting={meeting} onChanged={changed} /> }] : []),
                { id: 'people', label: w('tab.people'), content: <PeoplePart meeting={meeting} /> },
                {
                  id: 'settings',
                  label: w('settings'),
                  content: (
                    <MeetingForm
                      key={meeting.changed}
                      kinds={value.kinds}
                      kind={meeting.kind}
                      meeting={meeting}
                      times={timesOf(meeting.schedule, new Date())}
                      busy={task.busy}
                      submitLabel={w('save')}
                      onSubmit={(wish) =>
                        void task.run(async () => {
                          changed(await rest('changeMeeting', { id, ...wish }));
                          say(w('saved'));
                        })
                      }
                    >
                      <RefusalReasons problem={task.problem} />
                    </MeetingForm>
                  ),
                },
                { id: 'hosts', label: w('tab.hosts'), content: <HostsPart meeting={meeting} onChanged={changed} /> },
              ]}
            />
          </>
        ) : problem === undefined ? (
          <Skeleton lines={8} />
        ) : null}
      </div>
    </Frame>
  );
}
