import { useId } from 'react';
import './Field.css';

export interface PickProps {
  readonly label: string;
  readonly type: 'date' | 'time' | 'number';
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly least?: number;
  readonly most?: number;
  /** what is wrong with it */
  readonly error?: string | undefined;
  readonly testId?: string;
}

/** A day, a time or a number, with the browser's own way to choose it. */
export function Pick({ label, type, value, onChange, least, most, error, testId }: PickProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} type={type} required value={value} min={least} max={most} onChange={(event) => onChange(event.target.value)} data-testid={testId} {...(error ? { 'aria-invalid': true, 'data-invalid': true, 'aria-describedby': `${id}-error` } : {})} />
      {error ? (
        <span id={`${id}-error`} className="field-error" role="alert">
          {error}
        </span>
      ) : null}
    </div>
  );
}
