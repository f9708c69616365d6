import { Undo2 } from 'lucide-react';
import { Button } from '../../ui';
import { dateText, type Times } from './when';
import { w } from './words';

/** The dates of a series that are left out or moved, each with the way back to how the series has it. */
export function Unusual({ times: { except, moved }, onChange }: { readonly times: Times; readonly onChange: (part: Partial<Times>) => void }) {
  if (except.length === 0 && moved.length === 0) return null;
  return (
    <div className="unusual">
      <h3>{w('unusual')}</h3>
      <ul className="names">
        {except.map((day) => (
          <li key={day}>
            <span>{w('date.isOut', { day: dateText(day) })}</span>
            <Back day={day} onPress={() => onChange({ except: except.filter((one) => one !== day) })} />
          </li>
        ))}
        {moved.map(({ date, to, time }) => (
          <li key={date}>
            <span>{w('date.isMoved', { day: dateText(date), to: dateText(to), time })}</span>
            <Back day={date} onPress={() => onChange({ moved: moved.filter((one) => one.date !== date) })} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Back({ day, onPress }: { readonly day: string; readonly onPress: () => void }) {
  return (
    <Button look="quiet" onPress={onPress} aria-label={w('date.backOf', { day: dateText(day) })}>
      <Undo2 size={18} aria-hidden="true" />
      {w('date.back')}
    </Button>
  );
}
