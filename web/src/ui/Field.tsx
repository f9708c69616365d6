import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import './Field.css';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly autoComplete?: string;
  readonly isDisabled?: boolean;
  readonly testId?: string;
}

/** A labelled line of text with a hint, or with what is wrong about it. */
export function Field({ label, value, onChange, hint, error, placeholder, maxLength, testId, ...rest }: FieldProps) {
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      autoComplete={rest.autoComplete ?? 'off'}
      isDisabled={rest.isDisabled ?? false}
    >
      <Label>{label}</Label>
      <Input placeholder={placeholder} maxLength={maxLength} data-testid={testId} />
      {hint && error === undefined ? (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
