import { useState } from 'react';
import { me, rest, type KnownMeeting } from '../../api';
import { day, dayAndTime, t } from '../../i18n';
import { Button, Dialog, Field, Skeleton, Table, say, type Column } from '../../ui';
import { useValue } from '../../value';
import { ChooseHost } from '../hosts';
import { RefusalNote, useLoaded } from '../refusal';
import { w } from './words';

/** How many meetings are shown at a time: a server may have very many. */
const SOME = 50;

const load = async () => (await rest('listAllMeetings')).meetings;

/** The meetings of others: enough to give one to somebody else, and no way into any. */
export function Meetings() {
  const { value: meetings, problem, reload } = useLoaded(load);
  const own = useValue(me)?.id;
  const [wanted, setWanted] = useState('');
  const [most, setMost] = useState(SOME);
  const [giving, setGiving] = useState<KnownMeeting>();
  const others = (meetings ?? []).filter(({ owner }) => owner.id !== own);
  const found = others.filter(({ title, owner }) => `${title} ${owner.name}`.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase()));
  const give = async (account: string) => {
    if (!giving) return;
    await rest('giveMeeting', { id: giving.id, account });
    setGiving(undefined);
    say(w('meetingGiven'));
    await reload();
  };
  return (
    <section className="card stack">
      <h2>{w('meetings')}</h2>
      <p className="soft">{w('meetingsLead')}</p>
      <RefusalNote problem={problem} />
      {others.length > 8 ? <Field label={w('filter')} value={wanted} onChange={setWanted} /> : null}
      {meetings && found.length > 0 ? <Table label={w('meetings')} columns={columns(setGiving)} rows={found.slice(0, most)} keyOf={({ id }) => id} testId="all-meetings" /> : null}
      {meetings && found.length === 0 ? <p className="soft">{w(others.length === 0 ? 'meetingsNone' : 'none')}</p> : null}
      {meetings === undefined && problem === undefined ? <Skeleton lines={5} /> : null}
      {found.length > most ? (
        <div className="buttons">
          <Button onPress={() => setMost(most + SOME)}>{w('meetingsMore', { n: found.length - most })}</Button>
        </div>
      ) : null}
      <Dialog title={w('meetingGiveTitle', { title: giving?.title ?? '' })} isOpen={giving !== undefined} onClose={() => setGiving(undefined)} testId="give-meeting">
        <p>{w('meetingGiveLead')}</p>
        <ChooseHost label={w('meetingGive')} testId="give" onChoose={give} danger />
      </Dialog>
    </section>
  );
}

function columns(onGive: (meeting: KnownMeeting) => void): readonly Column<KnownMeeting>[] {
  return [
    { id: 'title', label: w('meetingTitle'), head: true, cell: (meeting) => <Title meeting={meeting} /> },
    { id: 'owner', label: w('meetingOwner'), cell: ({ owner }) => owner.name || w('meetingOpen') },
    { id: 'next', label: w('meetingNext'), cell: ({ next }) => (next ? <span className="num">{dayAndTime(next)}</span> : null) },
    { id: 'erased', label: w('meetingErased'), cell: ({ erased }) => <span className="num">{day(Date.parse(erased))}</span> },
    {
      id: 'give',
      label: '',
      cell: (meeting) => (
        <Button aria-label={w('meetingGiveOf', { title: meeting.title })} onPress={() => onGive(meeting)} data-testid="meeting-give">
          {w('meetingGive')}
        </Button>
      ),
    },
  ];
}

function Title({ meeting: { title, kind } }: { readonly meeting: KnownMeeting }) {
  return (
    <>
      {title}
      <span className="trail-detail">{t(`kind.${kind}`)}</span>
    </>
  );
}
