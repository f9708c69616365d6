import { useRef, useState, type FormEvent } from 'react';
import { rest, type Me } from '../../api';
import { Button, Field, Heading, Secret } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

/** The first administrator. */
export function SetUp({ code, onEntered }: { readonly code: string; readonly onEntered: (me: Me) => void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const [nameField, emailField, passwordField] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const empty = name.trim() === '' ? nameField : email.trim() === '' ? emailField : password === '' ? passwordField : undefined;
    setMissing(empty !== undefined);
    if (empty) return empty.current?.focus();
    void task.run(async () => onEntered(await rest('setUp', { code, name: name.trim(), email: email.trim(), password })));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Heading>{w('setupTitle')}</Heading>
      <p className="soft">{w('setupLead')}</p>
      <Field
        label={w('setupName')}
        value={name}
        onChange={setName}
        hint={w('setupHint')}
        autoComplete="name"
        error={missing && name.trim() === '' ? w('nameMissing') : undefined}
        inputRef={nameField}
        testId="setup-name"
      />
      <Field
        label={w('email')}
        value={email}
        onChange={setEmail}
        autoComplete="username"
        error={missing && email.trim() === '' ? w('emailMissing') : undefined}
        inputRef={emailField}
        testId="setup-email"
      />
      <Secret
        label={w('password')}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        hint={w('passwordHint')}
        error={missing && password === '' ? w('newPasswordMissing') : undefined}
        inputRef={passwordField}
        testId="setup-password"
      />
      <RefusalNote problem={task.problem} />
      <Button type="submit" look="main" wide isDisabled={task.busy} data-testid="setup-submit">
        {w(task.busy ? 'busy' : 'setupSubmit')}
      </Button>
    </form>
  );
}
