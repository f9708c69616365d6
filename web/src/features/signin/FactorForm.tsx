import { useRef, useState, type FormEvent } from 'react';
import { rest, setMe, signOut } from '../../api';
import { Button, Field, Heading } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

/** The code of the app, or one for recovery: both go into the same field. */
export function FactorForm({ onDone }: { readonly onDone: () => void }) {
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(code.trim() === '');
    if (code.trim() === '') return field.current?.focus();
    const well = await task.run(async () => setMe(await rest('giveSecondFactor', { code: code.trim() })));
    if (well) onDone();
    else field.current?.select();
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <Heading>{w('factorTitle')}</Heading>
      <p className="soft">{w('factorLead')}</p>
      <Field
        label={w('factorCode')}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        error={missing ? w('factorMissing') : undefined}
        inputRef={field}
        testId="factor-code"
      />
      <RefusalNote problem={task.problem} />
      <Button type="submit" look="main" wide isDisabled={task.busy} data-testid="factor-submit">
        {w(task.busy ? 'busy' : 'submit')}
      </Button>
      <p className="soft small">{w('factorRecovery')}</p>
      <Button look="quiet" wide onPress={() => void signOut().catch(() => setMe(null))}>
        {w('factorOther')}
      </Button>
    </form>
  );
}
