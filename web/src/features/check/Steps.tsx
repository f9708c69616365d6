import { CircleAlert, CircleCheck, CircleDashed, CircleMinus, CircleX, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { CheckState, Step, StepName } from './run';
import { lookOf, stepNames, stepText, stepTitle, type StepLook } from './words';

const icons: Readonly<Record<StepLook, LucideIcon>> = {
  waiting: CircleDashed,
  running: LoaderCircle,
  good: CircleCheck,
  fine: CircleCheck,
  weak: CircleAlert,
  failed: CircleX,
  absent: CircleMinus,
  skipped: CircleMinus,
};

/** What is tried, and how it went. Screen readers hear each step when it changes. */
export function Steps({ steps }: { readonly steps: CheckState['steps'] }) {
  return (
    <ul className="steps" aria-live="polite" aria-relevant="text">
      {stepNames.map((name) => {
        const step = steps[name];
        return step ? <StepRow key={name} name={name} step={step} /> : null;
      })}
    </ul>
  );
}

function StepRow({ name, step }: { readonly name: StepName; readonly step: Step }) {
  const look = lookOf(name, step);
  const Icon = icons[look];
  return (
    <li className="step" aria-atomic="true" data-look={look} data-testid={`step-${name}`} data-state={step.state}>
      <Icon size={20} aria-hidden="true" />
      <span className="step-name">{stepTitle(name)}</span>
      <span className="step-text num">{stepText(name, step)}</span>
    </li>
  );
}
