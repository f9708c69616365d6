import { useId } from 'react';
import './Field.css';

export interface PickProps {
  readonly label: string;
  readonly type: 'date' | 'time' | 'number';
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly least?: number;
  readonly most?: number;
  readonly testId?: string;
}

/** A day, a time or a number, with the browser's own way to choose it. */
export function Pick({ label, type, value, onChange, least, most, testId }: PickProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} type={type} required value={value} min={least} max={most} onChange={(event) => onChange(event.target.value)} data-testid={testId} />
    </div>
  );
}
