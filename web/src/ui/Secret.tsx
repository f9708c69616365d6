import { Eye, EyeOff } from 'lucide-react';
import { useState, type Ref } from 'react';
import { Button as AriaButton, FieldError, Input, Label, Text, TextField } from 'react-aria-components';
import { t } from '../i18n';
import './Field.css';

export interface SecretProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** so that managers of passwords know what it is */
  readonly autoComplete: 'current-password' | 'new-password';
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly testId?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** A field for a password, which can be shown while typing. */
export function Secret({ label, value, onChange, autoComplete, hint, error, testId, inputRef }: SecretProps) {
  const [shown, setShown] = useState(false);
  return (
    <TextField className="field" type={shown ? 'text' : 'password'} value={value} onChange={onChange} isInvalid={error !== undefined} validationBehavior="aria" autoComplete={autoComplete}>
      <Label>{label}</Label>
      <div className="field-row">
        <Input {...(inputRef ? { ref: inputRef } : {})} spellCheck={false} autoCapitalize="off" data-testid={testId} />
        <AriaButton className="field-eye" slot={null} aria-label={t(shown ? 'field.hide' : 'field.show')} onPress={() => setShown(!shown)}>
          {shown ? <EyeOff size={20} aria-hidden="true" /> : <Eye size={20} aria-hidden="true" />}
        </AriaButton>
      </div>
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
