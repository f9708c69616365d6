import type { Ref } from 'react';
import { FieldError, Label, Text, TextArea as AriaTextArea, TextField } from 'react-aria-components';
import './Field.css';

export interface TextAreaProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly rows?: number;
  readonly placeholder?: string;
  readonly isReadOnly?: boolean;
  readonly testId?: string;
  readonly inputRef?: Ref<HTMLTextAreaElement>;
}

/** Several lines of text, otherwise like Field. */
export function TextArea({ label, value, onChange, hint, error, rows = 4, placeholder, isReadOnly = false, testId, inputRef }: TextAreaProps) {
  return (
    <TextField className="field" value={value} onChange={onChange} isReadOnly={isReadOnly} isInvalid={error !== undefined} validationBehavior="aria" autoComplete="off">
      <Label>{label}</Label>
      <AriaTextArea {...(inputRef ? { ref: inputRef } : {})} rows={rows} placeholder={placeholder} spellCheck={false} data-testid={testId} />
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
