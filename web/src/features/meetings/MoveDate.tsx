import { useState, type FormEvent } from 'react';
import type { ChangeDateIn, DateView, Schedule } from '../../api';
import { Actions, Button, Dialog, Pick } from '../../ui';
import type { Task } from '../refusal';
import { RefusalReasons } from '../settings';
import { dateText, ownZone } from './when';
import { w } from './words';

export interface MoveDateProps {
  readonly date: DateView;
  readonly schedule: Schedule;
  readonly task: Task;
  readonly onClose: () => void;
  readonly onMove: (to: ChangeDateIn) => void;
}

/** One date of a series at another time. Its link stays, and whoever stands in on it. */
export function MoveDate({ date: { date }, schedule, task, onClose, onMove }: MoveDateProps) {
  const before = schedule.moved?.find((one) => one.date === date);
  const [to, setTo] = useState(before?.to ?? date);
  const [time, setTime] = useState(before?.time ?? schedule.time ?? '');
  const [minutes, setMinutes] = useState(String(before?.minutes ?? schedule.minutes ?? 60));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onMove({ to, time, ...(Number(minutes) === schedule.minutes ? {} : { minutes: Number(minutes) }) });
  };
  return (
    <Dialog title={w('date.moveTitle', { day: dateText(date) })} isOpen onClose={onClose} testId="move-date">
      <form className="stack" onSubmit={submit}>
        <p className="soft">{w('date.moveLead')}</p>
        {schedule.zone === ownZone() ? null : <p className="soft small">{w('zone.fields', { zone: schedule.zone ?? '' })}</p>}
        <div className="when-fields">
          <Pick label={w('date')} type="date" value={to} onChange={setTo} testId="move-day" />
          <Pick label={w('time')} type="time" value={time} onChange={setTime} testId="move-time" />
          <Pick label={w('minutes')} type="number" least={5} most={1440} value={minutes} onChange={setMinutes} />
        </div>
        <RefusalReasons problem={task.problem} />
        <Actions>
          <Button type="submit" look="main" isDisabled={task.busy} data-testid="move-submit">
            {w('date.move')}
          </Button>
          <Button onPress={onClose}>{w('cancel')}</Button>
        </Actions>
      </form>
    </Dialog>
  );
}
