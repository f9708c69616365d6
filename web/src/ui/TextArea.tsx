import type { Ref } from 'react';
import { TextArea as AriaTextArea } from 'react-aria-components';
import { FieldFrame, type FieldTexts } from './FieldFrame';

export interface TextAreaProps extends FieldTexts {
  readonly rows?: number;
  readonly placeholder?: string;
  readonly isReadOnly?: boolean;
  readonly testId?: string;
  readonly inputRef?: Ref<HTMLTextAreaElement>;
}

/** Several lines of text, otherwise like Field. */
export function TextArea({ rows = 4, placeholder, testId, inputRef, ...frame }: TextAreaProps) {
  return (
    <FieldFrame {...frame}>
      <AriaTextArea {...(inputRef ? { ref: inputRef } : {})} rows={rows} placeholder={placeholder} spellCheck={false} data-testid={testId} />
    </FieldFrame>
  );
}
