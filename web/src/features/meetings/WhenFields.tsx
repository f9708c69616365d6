import { ChoiceCards, Pick, Select } from '../../ui';
import type { Times } from './when';
import { w } from './words';

export interface WhenFieldsProps {
  readonly times: Times;
  readonly onChange: (times: Times) => void;
}

/** When a meeting is: always open, once, or again and again. */
export function WhenFields({ times, onChange }: WhenFieldsProps) {
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
          <Pick label={w('date')} type="date" value={times.date} onChange={(date) => set({ date })} testId="when-date" />
          <Pick label={w('time')} type="time" value={times.time} onChange={(time) => set({ time })} testId="when-time" />
          <Pick label={w('minutes')} type="number" least={5} most={1440} value={times.minutes} onChange={(minutes) => set({ minutes })} testId="when-minutes" />
          {times.form === 'series' ? (
            <>
              <Select
                label={w('every')}
                options={(['day', 'week', 'month', 'monthdays'] as const).map((id) => ({ id, label: w(`every.${id}`) }))}
                value={times.every}
                onChange={(every) => set({ every: every as Times['every'] })}
              />
              {times.until === '' && times.rule?.count ? null : <Pick label={w('until')} type="date" value={times.until} onChange={(until) => set({ until })} testId="when-until" />}
            </>
          ) : null}
        </div>
      )}
    </div>
  );
}
