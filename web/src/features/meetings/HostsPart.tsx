import { X } from 'lucide-react';
import { useState } from 'react';
import { rest, type MeetingView } from '../../api';
import { goTo } from '../../route';
import { Button, Select, say } from '../../ui';
import { ChooseHost } from '../hosts';
import { RefusalNote, useTask } from '../refusal';
import { DeleteMeeting } from './DeleteMeeting';
import { spanText } from './when';
import { w } from './words';

export interface HostsPartProps {
  readonly meeting: MeetingView;
  readonly onChanged: (meeting: MeetingView) => void;
}

/** Who conducts it beside the owner, who stands in on a date, and giving it away. */
export function HostsPart({ meeting, onChanged }: HostsPartProps) {
  const [open, setOpen] = useState(false);
  const own = meeting.mine === 'owner' || meeting.mine === 'planner';
  return (
    <div className="stack">
      <section className="card stack" data-testid="hosts">
        <h2>{w('hosts')}</h2>
        <p className="soft">{w('hosts.lead', { name: meeting.owner.name })}</p>
        <Hosts meeting={meeting} onChanged={onChanged} own={own} />
      </section>
      {meeting.dates.length > 0 ? (
        <section className="card stack">
          <h2>{w('substitute')}</h2>
          <p className="soft">{w('substitute.lead')}</p>
          <Substitutes meeting={meeting} onChanged={onChanged} own={own} />
        </section>
      ) : null}
      {meeting.mine === 'owner' ? (
        <section className="card stack">
          <h2>{w('give')}</h2>
          <p className="soft">{w('give.lead')}</p>
          <ChooseHost danger label={w('give.do')} testId="give" onChoose={(account) => rest('giveMeeting', { id: meeting.id, account }).then(() => (say(w('given')), goTo('/')))} />
        </section>
      ) : null}
      {own ? (
        <div className="buttons">
          <Button look="danger" onPress={() => setOpen(true)} data-testid="delete">
            {w('delete')}
          </Button>
        </div>
      ) : null}
      <DeleteMeeting meeting={meeting} isOpen={open} onClose={() => setOpen(false)} onDeleted={() => goTo('/')} />
    </div>
  );
}

function Hosts({ meeting, onChanged, own }: HostsPartProps & { readonly own: boolean }) {
  const task = useTask();
  const ids = meeting.hosts.map((host) => host.id);
  const put = async (hosts: readonly string[]) => onChanged(await rest('changeMeeting', { id: meeting.id, hosts }));
  return (
    <>
      <ul className="names">
        {meeting.hosts.map((host) => (
          <li key={host.id}>
            {host.name}
            {own ? <TakeOut name={host.name} onPress={() => void task.run(() => put(ids.filter((id) => id !== host.id)))} /> : null}
          </li>
        ))}
      </ul>
      <RefusalNote problem={task.problem} />
      {own ? <ChooseHost label={w('add')} testId="host" onChoose={(account) => put([...ids, account])} /> : null}
    </>
  );
}

function Substitutes({ meeting, onChanged, own }: HostsPartProps & { readonly own: boolean }) {
  const { id, dates } = meeting;
  const [date, setDate] = useState(dates[0]?.date ?? '');
  const task = useTask();
  const spanOf = (day: string) => {
    const found = dates.find((one) => one.date === day);
    return found ? spanText(found.start, found.end) : day;
  };
  return (
    <>
      <ul className="names">
        {meeting.substitutes.map((one) => (
          <li key={one.date}>
            {spanOf(one.date)}: {one.person.name}
            {own ? <TakeOut name={one.person.name} onPress={() => void task.run(async () => onChanged(await rest('clearSubstitute', { id, date: one.date })))} /> : null}
          </li>
        ))}
      </ul>
      <RefusalNote problem={task.problem} />
      {own ? (
        <>
          <Select label={w('date')} options={dates.map((one) => ({ id: one.date, label: spanText(one.start, one.end) }))} value={date} onChange={setDate} />
          <ChooseHost label={w('substitute.do')} testId="substitute" onChoose={async (account) => onChanged(await rest('setSubstitute', { id, date, account }))} />
        </>
      ) : null}
    </>
  );
}

function TakeOut({ name, onPress }: { readonly name: string; readonly onPress: () => void }) {
  return (
    <Button look="quiet" aria-label={w('takeOut', { name })} onPress={onPress}>
      <X size={18} aria-hidden="true" />
    </Button>
  );
}
