import { ArrowLeft, Printer } from 'lucide-react';
import { useCallback } from 'react';
import { rest, type MeetingView, type PersonalView } from '../../api';
import { Button, Heading, PageLink, Skeleton, SlipSheet } from '../../ui';
import { Frame } from '../frame';
import { RefusalNote, useLoaded } from '../refusal';
import { nameOf } from './PeoplePart';
import { whenText } from './when';
import { w } from './words';
import './meetings.css';

/** The personal links of a meeting on paper: one slip each. */
export function PrintPage({ id }: { readonly id: string }) {
  const ask = useCallback(async () => {
    const [meeting, { people }] = await Promise.all([rest('showMeeting', { id }), rest('listPeople', { id })]);
    return { meeting, people };
  }, [id]);
  const { value, problem } = useLoaded(ask);
  return (
    <Frame>
      <div className="wide" data-testid="print-page">
        <div className="stack unprinted">
          <PageLink href={`/meeting/${id}`} className="back">
            <ArrowLeft size={18} aria-hidden="true" />
            {value?.meeting.title ?? w('mine')}
          </PageLink>
          <Heading>{w('print.title')}</Heading>
          <p>{w('print.lead')}</p>
          <RefusalNote problem={problem} />
          <div className="buttons">
            <Button look="main" onPress={() => window.print()} isDisabled={value === undefined}>
              <Printer size={18} aria-hidden="true" />
              {w('print.do')}
            </Button>
          </div>
        </div>
        {value ? (
          <SlipSheet
            testId="print-slips"
            slips={value.people.map((person) => ({
              id: person.id,
              address: person.address,
              label: w('qr.of', { title: nameOf(person) }),
              content: <Text meeting={value.meeting} person={person} />,
            }))}
          />
        ) : problem === undefined ? (
          <Skeleton lines={8} />
        ) : null}
      </div>
    </Frame>
  );
}

/** For whom, to what, when, and where. The title stays out where it stays out of invitations. */
function Text({ meeting, person }: { readonly meeting: MeetingView; readonly person: PersonalView }) {
  const { title, kind, settings, owner, dates } = meeting;
  const next = person.start === undefined ? dates[0] : undefined;
  return (
    <>
      <strong className="slip-name">{nameOf(person)}</strong>
      <span>{settings.neutralCalendar ? w(`kind.${kind}`) : title}</span>
      <span className="small soft">{w('guest.host', { name: owner.name })}</span>
      {next ? <span className="small">{whenText(next)}</span> : null}
      <span className="small break">{person.address}</span>
      <span className="small soft">{w(`print.alone.${settings.address}`)}</span>
    </>
  );
}
