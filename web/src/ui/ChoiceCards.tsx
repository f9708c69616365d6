import type { ReactNode } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import './ChoiceCards.css';

export interface Choice<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly line?: string | undefined;
  readonly icon?: ReactNode;
  /** it is shown and cannot be chosen: line says why */
  readonly disabled?: boolean;
}

export interface ChoiceCardsProps<Id extends string> {
  readonly label: string;
  readonly choices: readonly Choice<Id>[];
  readonly value: Id | undefined;
  readonly onChange: (id: Id) => void;
  /** one below the other at any width */
  readonly column?: boolean;
}

/** One of a few, each with a line that says what it means. */
export function ChoiceCards<Id extends string>({ label, choices, value, onChange, column = false }: ChoiceCardsProps<Id>) {
  return (
    <RadioGroup className="choices" value={value ?? null} onChange={(id) => onChange(id as Id)}>
      <Label className="choices-label">{label}</Label>
      <div className={column ? 'choices-cards choices-column' : 'choices-cards'}>
        {choices.map((choice) => (
          <Radio key={choice.id} value={choice.id} isDisabled={choice.disabled ?? false} className="choice" data-testid={`choice-${choice.id}`}>
            {choice.icon ? <span className="choice-icon">{choice.icon}</span> : null}
            <span className="choice-text">
              <span className="choice-label">{choice.label}</span>
              {choice.line ? <span className="choice-line">{choice.line}</span> : null}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
