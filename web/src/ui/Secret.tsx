import { Eye, EyeOff } from 'lucide-react';
import { useState, type Ref } from 'react';
import { Button as AriaButton, Input } from 'react-aria-components';
import { t } from '../i18n';
import { FieldFrame, type FieldTexts } from './FieldFrame';

export interface SecretProps extends FieldTexts {
  /** so that managers of passwords know what it is */
  readonly autoComplete: 'current-password' | 'new-password';
  readonly testId?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** A field for a password, which can be shown while typing. */
export function Secret({ testId, inputRef, ...frame }: SecretProps) {
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame {...frame} type={shown ? 'text' : 'password'}>
      <div className="field-row">
        <Input {...(inputRef ? { ref: inputRef } : {})} spellCheck={false} autoCapitalize="off" data-testid={testId} />
        <AriaButton className="field-eye" slot={null} aria-label={t(shown ? 'field.hide' : 'field.show')} onPress={() => setShown(!shown)}>
          {shown ? <EyeOff size={20} aria-hidden="true" /> : <Eye size={20} aria-hidden="true" />}
        </AriaButton>
      </div>
    </FieldFrame>
  );
}
