import { useId } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import './Toggles.css';

export interface Toggle {
  readonly id: string;
  /** what is seen: short */
  readonly label: string;
  /** what is read out, where the label alone is too short; it holds the label */
  readonly name?: string;
}

export interface TogglesProps {
  readonly label: string;
  readonly toggles: readonly Toggle[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Several of a few short things, at least one of them: the days of the week. */
export function Toggles({ label, toggles, chosen, onChange }: TogglesProps) {
  const id = useId();
  return (
    <div className="toggles">
      <span id={id} className="toggles-label">
        {label}
      </span>
      <ToggleButtonGroup
        className="toggles-row"
        aria-labelledby={id}
        selectionMode="multiple"
        disallowEmptySelection
        selectedKeys={chosen}
        onSelectionChange={(keys) => onChange(toggles.map((one) => one.id).filter((one) => keys.has(one)))}
      >
        {toggles.map((one) => (
          <ToggleButton key={one.id} id={one.id} className="toggle" {...(one.name ? { 'aria-label': one.name } : {})} data-testid={`toggle-${one.id}`}>
            {one.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
