import { useState, type FormEvent } from 'react';
import { rest, type LinkInfo, type Me } from '../../api';
import { Button, Heading, Note, Secret } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

/** A password by a one-time link: the first, or another one. */
export function ChoosePassword({ code, info, onEntered }: { readonly code: string; readonly info: LinkInfo; readonly onEntered: (me: Me) => void }) {
  const [password, setPassword] = useState('');
  const task = useTask();
  const first = info.purpose === 'first';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async () => onEntered(await rest('enterByLink', { code, password })));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Heading>{first ? w('firstTitle', { name: info.name ?? '' }) : w('resetTitle')}</Heading>
      <p>{w(first ? 'firstLead' : 'resetLead', { email: info.email ?? '' })}</p>
      {info.clearsSecondFactor ? <Note>{w('resetFactor')}</Note> : null}
      <Hidden email={info.email ?? ''} />
      <Secret label={w('newPassword')} value={password} onChange={setPassword} autoComplete="new-password" hint={w('passwordHint')} testId="new-password" />
      <RefusalNote problem={task.problem} />
      <Button type="submit" look="main" wide isDisabled={task.busy || password === ''} data-testid="enter-submit">
        {w(task.busy ? 'busy' : 'enterSubmit')}
      </Button>
    </form>
  );
}

/** So that managers of passwords know whose password it is. */
function Hidden({ email }: { readonly email: string }) {
  return <input className="unseen" type="email" autoComplete="username" value={email} readOnly tabIndex={-1} aria-hidden="true" />;
}
