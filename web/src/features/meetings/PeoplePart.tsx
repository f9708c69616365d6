import { Copy, Ellipsis, Printer } from 'lucide-react';
import { useCallback, useState, type FormEvent } from 'react';
import { rest, type MeetingView, type PersonalView } from '../../api';
import { clockTime } from '../../i18n';
import { Actions, Button, CopyLink, Dialog, Menu, Note, PageLink, Pick, Qr, Skeleton, Table, TextArea } from '../../ui';
import { RefusalNote, useLoaded, useTask } from '../refusal';
import { RefusalReasons } from '../settings';
import { fitting, tooLate } from './appointments';
import { InvitationText } from './InvitationText';
import { copy } from './MeetingRow';
import { dayOf, firstTimes, spanText, timeOf } from './when';
import { w } from './words';

/** Personal links: of a list of names, or of appointments that follow each other. */
export function PeoplePart({ meeting }: { readonly meeting: MeetingView }) {
  const { id, kind } = meeting;
  const ask = useCallback(async () => (await rest('listPeople', { id })).people, [id]);
  const { value: people, problem, reload } = useLoaded(ask);
  const made = () => void reload().catch(() => undefined);
  return (
    <div className="stack">
      {kind === 'consultation' ? <Appointments id={id} dates={meeting.dates} onMade={made} /> : null}
      <Names id={id} members={kind === 'council'} short={meeting.settings.names === 'short'} onMade={made} />
      <section className="card stack">
        <div className="row-between">
          <h2>{w('people')}</h2>
          {people && people.length > 0 ? (
            <PageLink className="button button-plain" href={`/meeting/${id}/print`} data-testid="people-print">
              <Printer size={18} aria-hidden="true" />
              {w('print')}
            </PageLink>
          ) : null}
        </div>
        <RefusalNote problem={problem} />
        {people ? people.length > 0 ? <List id={id} people={people} onChanged={made} /> : <p className="soft">{w('people.none')}</p> : problem === undefined ? <Skeleton /> : null}
      </section>
    </div>
  );
}

function Names({ id, members, short, onMade }: { readonly id: string; /** of a council: they speak and are counted, guests watch */ readonly members: boolean; readonly short: boolean; readonly onMade: () => void }) {
  const [list, setList] = useState('');
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const well = await task.run(async () => void (await rest('invitePeople', { id, list })));
    if (!well) return;
    setList('');
    onMade();
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h2>{w(members ? 'members' : 'names')}</h2>
      <p className="soft">{w(members ? 'members.lead' : 'names.lead')}</p>
      <TextArea label={w('names.field')} value={list} onChange={setList} rows={5} testId="people-list" {...(short ? { hint: w('names.short') } : {})} />
      <RefusalNote problem={task.problem} />
      <Actions>
        <Button type="submit" isDisabled={task.busy || list.trim() === ''} data-testid="people-make">
          {w('names.make')}
        </Button>
      </Actions>
    </form>
  );
}

function Appointments({ id, dates, onMade }: { readonly id: string; readonly dates: MeetingView['dates']; readonly onMade: () => void }) {
  const first = firstTimes(new Date());
  const begin = dates[0] && new Date(dates[0].start);
  const [date, setDate] = useState(begin ? dayOf(begin) : first.date);
  const [time, setTime] = useState(begin ? timeOf(begin) : first.time);
  const [minutes, setMinutes] = useState('20');
  const [pause, setPause] = useState('5');
  const [count, setCount] = useState(() => String(fitting(dates, 20, 5)));
  const wish = { date, time, minutes: Number(minutes), pause: Number(pause), count: Number(count) };
  const late = tooLate(dates, wish);
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await task.run(async () => void (await rest('makeAppointments', { id, zone: first.zone, ...wish })))) onMade();
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h2>{w('appointments')}</h2>
      <p className="soft">{w('appointments.lead')}</p>
      <div className="when-fields">
        <Pick label={w('date')} type="date" value={date} onChange={setDate} />
        <Pick label={w('time')} type="time" value={time} onChange={setTime} />
        <Pick label={w('minutes')} type="number" least={5} most={480} value={minutes} onChange={setMinutes} />
        <Pick label={w('pause')} type="number" least={0} most={240} value={pause} onChange={setPause} />
        <Pick label={w('count')} type="number" least={1} most={100} value={count} onChange={setCount} />
      </div>
      {late ? (
        <Note look="warn" testId="appointments-late">
          <p>{w('appointments.late', { last: clockTime(late.last), end: clockTime(late.end) })}</p>
        </Note>
      ) : null}
      <RefusalReasons problem={task.problem} />
      <Actions>
        <Button type="submit" isDisabled={task.busy} data-testid="appointments-make">
          {w('appointments.make')}
        </Button>
      </Actions>
    </form>
  );
}

interface ListProps {
  readonly id: string;
  readonly people: readonly PersonalView[];
  readonly onChanged: () => void;
}

/** Whom a link is for: a name, or the time of an appointment. */
export const nameOf = (person: PersonalView) => person.name ?? (person.start && person.end ? spanText(person.start, person.end) : '');

function List({ id, people, onChanged }: ListProps) {
  const [open, setOpen] = useState<PersonalView>();
  const task = useTask();
  const choose = (what: string, person: PersonalView) => {
    if (what === 'show') return setOpen(person);
    void task.run(() => rest(what === 'renew' ? 'renewPersonalLink' : 'revokePersonalLink', { id, person: person.id })).then(onChanged);
  };
  return (
    <>
      <RefusalNote problem={task.problem} />
      <div className="buttons">
        <Button onPress={() => void copy(people.map((person) => `${nameOf(person)}\t${person.address}`).join('\n'))} data-testid="people-copy">
          <Copy size={18} aria-hidden="true" />
          {w('people.copyAll')}
        </Button>
      </div>
      <Table
        label={w('people')}
        rows={people}
        keyOf={(person) => person.id}
        testId="people"
        columns={[
          { id: 'name', label: w('people.name'), head: true, cell: nameOf },
          { id: 'link', label: w('people.link'), cell: (person) => <Address person={person} /> },
          {
            id: 'more',
            label: '',
            cell: (person) => (
              <Menu
                look="icon"
                label={w('more', { title: nameOf(person) })}
                entries={[
                  { id: 'show', label: w('people.show') },
                  { id: 'renew', label: w('people.renew') },
                  { id: 'revoke', label: w('people.revoke'), danger: true },
                ]}
                onChoose={(what) => choose(what, person)}
              >
                <Ellipsis size={20} aria-hidden="true" />
              </Menu>
            ),
          },
        ]}
      />
      <Dialog title={open ? nameOf(open) : ''} isOpen={open !== undefined} onClose={() => setOpen(undefined)} wide testId="person">
        {open ? (
          <>
            <CopyLink url={open.address} />
            <InvitationText id={id} person={open.id} />
            <Qr text={open.address} label={w('qr.of', { title: nameOf(open) })} />
          </>
        ) : null}
      </Dialog>
    </>
  );
}

/** In one line, however narrow it is: nobody types it. */
function Address({ person }: { readonly person: PersonalView }) {
  return (
    <span className="one-link">
      <span className="small soft">{person.address}</span>
      <Button look="quiet" onPress={() => void copy(person.address)} aria-label={w('people.copy', { name: nameOf(person) })} data-testid="person-copy">
        <Copy size={18} aria-hidden="true" />
      </Button>
    </span>
  );
}
