import type { ReactNode } from 'react';
import { FieldError, Label, Text, TextField, type TextFieldProps } from 'react-aria-components';
import './Field.css';

/** What every field for text has. */
export interface FieldTexts {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly error?: string | undefined;
}

interface FieldFrameProps extends FieldTexts, Pick<TextFieldProps, 'type' | 'inputMode' | 'autoComplete' | 'isDisabled' | 'isReadOnly'> {
  /** where the text is typed */
  readonly children: ReactNode;
}

/**
 * What stands around a field: its label and a hint, or in the hint's place what is wrong about the text: that is the field's
 * description and is read out when it appears.
 */
export function FieldFrame({ label, hint, error, children, ...field }: FieldFrameProps) {
  return (
    <TextField autoComplete="off" {...field} className="field" isInvalid={error !== undefined} validationBehavior="aria">
      <Label>{label}</Label>
      {children}
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
