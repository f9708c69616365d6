import { Ellipsis } from 'lucide-react';
import { useCallback, useState } from 'react';
import { rest, type ChangeDateIn, type DateView, type MeetingView } from '../../api';
import { Badge, Button, Menu, Skeleton, Table, say } from '../../ui';
import { useLoaded, useTask } from '../refusal';
import { RefusalReasons } from '../settings';
import { MoveDate } from './MoveDate';
import { dateText, ownZone, spanText } from './when';
import { w } from './words';

/** How many dates are shown at first. */
const SOME = 12;

/** The dates of a series, one by one: moved, left out, held after all. */
export function DatesPart({ meeting, onChanged }: { readonly meeting: MeetingView; readonly onChanged: (meeting: MeetingView) => void }) {
  const { id, mine, schedule } = meeting;
  const ask = useCallback(async () => (await rest('listDates', { id })).dates, [id]);
  const { value: dates, problem, reload } = useLoaded(ask);
  const [moving, setMoving] = useState<DateView>();
  const [all, setAll] = useState(false);
  const task = useTask();
  const change = async ({ date }: DateView, to: ChangeDateIn) =>
    task.run(async () => {
      onChanged(await rest('changeDate', { id, date, ...to }));
      setMoving(undefined);
      say(w('saved'));
      await reload();
    });
  const choose = (what: string, date: DateView) => {
    task.forget();
    if (what === 'move') setMoving(date);
    else void change(date, what === 'out' ? { out: true } : {});
  };
  const shown = all ? (dates ?? []) : (dates ?? []).slice(0, SOME);
  return (
    <section className="card stack" data-testid="dates-part">
      <h2>{w('dates')}</h2>
      <p className="soft">{w('dates.lead')}</p>
      {schedule.zone === ownZone() ? null : <p className="soft small">{w('zone.other', { zone: schedule.zone ?? '' })}</p>}
      <RefusalReasons problem={problem ?? (moving ? undefined : task.problem)} />
      {dates ? (
        <Table
          label={w('dates')}
          rows={shown}
          keyOf={({ date }) => date}
          testId="dates"
          columns={[
            { id: 'when', label: w('date.one'), head: true, cell: (date) => <When date={date} /> },
            { id: 'state', label: w('date.state'), cell: (date) => <State date={date} meeting={meeting} /> },
            ...(mine === 'substitute' ? [] : [{ id: 'more', label: '', cell: (date: DateView) => <DateMenu date={date} onChoose={(what) => choose(what, date)} /> }]),
          ]}
        />
      ) : problem === undefined ? (
        <Skeleton lines={6} />
      ) : null}
      {dates && !all && dates.length > SOME ? (
        <div className="buttons">
          <Button onPress={() => setAll(true)} data-testid="dates-all">
            {w('dates.all', { n: dates.length })}
          </Button>
        </div>
      ) : null}
      {moving ? <MoveDate date={moving} schedule={schedule} task={task} onClose={() => setMoving(undefined)} onMove={(to) => void change(moving, to)} /> : null}
    </section>
  );
}

function When({ date: { start, end, out = false } }: { readonly date: DateView }) {
  const text = spanText(start, end);
  return out ? <del>{text}</del> : <>{text}</>;
}

function State({ date, meeting }: { readonly date: DateView; readonly meeting: MeetingView }) {
  const standsIn = meeting.substitutes.find((one) => one.date === date.date);
  if (!date.out && !date.moved && !standsIn) return null;
  return (
    <span className="meeting-badges">
      {date.out ? <Badge look="warn">{w('date.out')}</Badge> : null}
      {date.moved ? <Badge>{w('date.moved', { day: dateText(date.date) })}</Badge> : null}
      {standsIn && !date.out ? <Badge>{w('date.substitute', { name: standsIn.person.name })}</Badge> : null}
    </span>
  );
}

function DateMenu({ date, onChoose }: { readonly date: DateView; readonly onChoose: (what: string) => void }) {
  return (
    <Menu
      look="icon"
      label={w('more', { title: spanText(date.start, date.end) })}
      testId="date-more"
      entries={[
        ...(date.out ? [] : [{ id: 'move', label: w('date.move') }]),
        ...(date.out || date.moved ? [{ id: 'back', label: w('date.back') }] : []),
        ...(date.out ? [] : [{ id: 'out', label: w('date.leaveOut'), danger: true }]),
      ]}
      onChoose={onChoose}
    >
      <Ellipsis size={20} aria-hidden="true" />
    </Menu>
  );
}
