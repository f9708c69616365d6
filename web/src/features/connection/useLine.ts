import { useState } from 'react';
import { faults, type CallView, type Fault } from '../../call';
import { useValue } from '../../value';

export interface LineState {
  /** what is wrong with the own line */
  readonly fault: Fault | undefined;
  /** it was put away */
  readonly away: boolean;
  readonly putAway: () => void;
}

/** The own line, as it is told of. What was put away comes again only with something worse. */
export function useLine(call: CallView): LineState {
  const known = useValue(call.fault);
  const trouble = useValue(call.trouble);
  const [seen, setSeen] = useState<Fault>();
  // While the connection is broken the banner says so, and this has nothing to add.
  const fault = trouble === undefined || trouble === 'sound' ? known : undefined;
  if (known === undefined && seen !== undefined) setSeen(undefined);
  const away = fault !== undefined && seen !== undefined && faults.indexOf(fault) >= faults.indexOf(seen);
  return { fault, away, putAway: () => setSeen(fault) };
}
