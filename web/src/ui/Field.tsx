import type { Ref } from 'react';
import { Input } from 'react-aria-components';
import { FieldFrame, type FieldTexts } from './FieldFrame';

export interface FieldProps extends FieldTexts {
  readonly placeholder?: string;
  readonly autoComplete?: string;
  readonly isDisabled?: boolean;
  /** which keys a phone shows */
  readonly inputMode?: 'numeric';
  readonly testId?: string;
  /** to put the focus here when the text is refused */
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** A labelled line of text. Too long a text is never cut: whoever pasted it would not notice. */
export function Field({ placeholder, testId, inputRef, ...frame }: FieldProps) {
  return (
    <FieldFrame {...frame}>
      <Input {...(inputRef ? { ref: inputRef } : {})} placeholder={placeholder} data-testid={testId} />
    </FieldFrame>
  );
}
