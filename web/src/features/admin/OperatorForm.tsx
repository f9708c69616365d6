import { useRef, useState, type FormEvent } from 'react';
import { rest, type Details, type Operator } from '../../api';
import { Button, ChoiceCards, Field, Skeleton, TextArea, say } from '../../ui';
import { RefusalNote, useLoaded, useTask } from '../refusal';
import { w } from './words';

const uses = ['school', 'authority', 'practice', 'firm', 'club'] as const;
/** In the order of the form; several lines where an address stands. */
const details = [
  ['organisation', 1], ['address', 3], ['representedBy', 1], ['email', 1], ['phone', 1], ['register', 1], ['dataProtectionContact', 2],
  ['supervisoryAuthority', 3], ['accessibilityContact', 1], ['accessibilityAuthority', 3], ['editorialContact', 2],
] as const satisfies readonly (readonly [keyof Details, number])[];

/** Without them there is no legal notice. */
const needed: readonly (keyof Details)[] = ['organisation', 'address', 'email', 'dataProtectionContact'];

const load = () => rest('getOperator');

/** Who runs the server and what for. */
export function OperatorForm() {
  const { value, problem } = useLoaded(load);
  if (value) return <Form first={value} />;
  return problem === undefined ? <Skeleton lines={8} /> : <RefusalNote problem={problem} />;
}

function Form({ first }: { readonly first: Operator }) {
  const [use, setUse] = useState(first.use);
  const [given, setGiven] = useState(first.details);
  const [tried, setTried] = useState(false);
  const fields = useRef<Partial<Record<keyof Details, HTMLElement | null>>>({});
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const wrong = needed.find((id) => faultOf(id, given[id]) !== undefined);
    if (wrong) return fields.current[wrong]?.focus();
    if (await task.run(() => rest('setOperator', { use, details: given }))) say(w('saved'));
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <div className="card stack">
        <ChoiceCards label={w('use')} choices={uses.map((id) => ({ id, label: w(`use.${id}`), line: w(`useLine.${id}`) }))} value={use === '' ? undefined : use} onChange={setUse} />
      </div>
      <div className="card stack">
        <h2>{w('details')}</h2>
        <p className="soft">{w('detailsLead')}</p>
        <div className="admin-details">
          {details.map(([id, rows]) => {
            const field = {
              label: w(id),
              value: given[id],
              onChange: (text: string) => setGiven({ ...given, [id]: text }),
              error: tried ? faultOf(id, given[id]) : undefined,
              inputRef: (element: HTMLElement | null) => {
                fields.current[id] = element;
              },
              testId: `operator-${id}`,
            };
            return rows > 1 ? <TextArea key={id} {...field} rows={rows} /> : <Field key={id} {...field} />;
          })}
        </div>
        <RefusalNote problem={task.problem} />
        <div className="buttons">
          <Button type="submit" look="main" isDisabled={task.busy} data-testid="operator-save">
            {w('save')}
          </Button>
        </div>
      </div>
    </form>
  );
}

/** What is wrong with a detail, as far as that is seen here. */
function faultOf(id: keyof Details, text: string): string | undefined {
  if (needed.includes(id) && text.trim() === '') return w('detailMissing');
  return id === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text.trim()) ? w('detailEmail') : undefined;
}
