import { ChoiceCards, Pick, Select, Toggles } from '../../ui';
import { Unusual } from './Unusual';
import { weekdayName, weekdayOf, weekdays, zonesWith, type Times, type Weekday } from './when';
import { w } from './words';

export interface WhenFieldsProps {
  readonly times: Times;
  readonly onChange: (times: Times) => void;
  /** the date is over */
  readonly over?: boolean;
}

/** When a meeting is: always open, once, or again and again. */
export function WhenFields({ times, onChange, over = false }: WhenFieldsProps) {
  const set = (part: Partial<Times>) => onChange({ ...times, ...part });
  return (
    <div className="stack">
      <ChoiceCards
        label={w('when')}
        choices={(['always', 'once', 'series'] as const).map((id) => ({ id, label: w(`form.${id}`), line: w(`form.${id}.line`) }))}
        value={times.form}
        onChange={(form) => set({ form })}
      />
      {times.form === 'always' ? null : (
        <div className="when-fields">
          <Pick label={w(times.form === 'series' ? 'date.first' : 'date')} type="date" value={times.date} onChange={(date) => set({ date })} error={over ? w('date.over') : undefined} testId="when-date" />
          <Pick label={w('time')} type="time" value={times.time} onChange={(time) => set({ time })} testId="when-time" />
          <Pick label={w('minutes')} type="number" least={5} most={1440} value={times.minutes} onChange={(minutes) => set({ minutes })} testId="when-minutes" />
          <Select label={w('zone')} options={zonesWith(times.zone).map((id) => ({ id, label: id.replaceAll('_', ' ') }))} value={times.zone} onChange={(zone) => set({ zone })} testId="when-zone" />
        </div>
      )}
      {times.form === 'series' ? <SeriesFields times={times} set={set} /> : null}
    </div>
  );
}

/** How a series goes on, until when, and which of its dates are left out or moved. */
function SeriesFields({ times, set }: { readonly times: Times; readonly set: (part: Partial<Times>) => void }) {
  const own = weekdayOf(times.date);
  return (
    <>
      <div className="when-fields">
        <Select
          label={w('every')}
          options={(['day', 'week', 'month', 'monthdays'] as const).map((id) => ({ id, label: w(`every.${id}`) }))}
          value={times.every}
          onChange={(every) => set({ every: every as Times['every'] })}
          testId="when-every"
        />
        <Pick label={w(`interval.${times.every}`)} type="number" least={1} most={99} value={times.interval} onChange={(interval) => set({ interval })} testId="when-interval" />
        <Select label={w('ends')} options={(['until', 'count'] as const).map((id) => ({ id, label: w(`ends.${id}`) }))} value={times.ends} onChange={(ends) => set({ ends: ends as Times['ends'] })} testId="when-ends" />
        {times.ends === 'until' ? (
          <Pick label={w('until')} type="date" value={times.until} onChange={(until) => set({ until })} testId="when-until" />
        ) : (
          <Pick label={w('dates.count')} type="number" least={1} most={1000} value={times.count} onChange={(count) => set({ count })} testId="when-count" />
        )}
      </div>
      {times.every === 'week' ? (
        <Toggles
          label={w('weekdays')}
          toggles={weekdays.map((id) => ({ id, label: weekdayName(id, 'short'), name: `${weekdayName(id, 'short')}, ${weekdayName(id, 'long')}` }))}
          chosen={times.days.length > 0 || own === undefined ? times.days : [own]}
          onChange={(days) => set({ days: days as readonly Weekday[] })}
        />
      ) : null}
      <Unusual times={times} onChange={set} />
    </>
  );
}
