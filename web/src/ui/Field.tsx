import type { Ref } from 'react';
import { FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import './Field.css';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly autoComplete?: string;
  readonly isDisabled?: boolean;
  readonly testId?: string;
  /** to put the focus here when the text is refused */
  readonly inputRef?: Ref<HTMLInputElement>;
}

/**
 * A labelled line of text with a hint, or in the hint's place what is wrong about it: that is the field's description and
 * is read out when it appears. Too long a text is never cut: whoever pasted it would not notice.
 */
export function Field({ label, value, onChange, hint, error, placeholder, testId, inputRef, ...rest }: FieldProps) {
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
      <Input {...(inputRef ? { ref: inputRef } : {})} placeholder={placeholder} data-testid={testId} />
      <div className="field-below" aria-live="polite">
        {hint ? (
          <Text slot="description" className="field-hint">
            {hint}
          </Text>
        ) : null}
        <FieldError className="field-error">{error}</FieldError>
      </div>
    </TextField>
  );
}
