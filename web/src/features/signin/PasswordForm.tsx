import { useRef, useState, type FormEvent } from 'react';
import { rest, type Me } from '../../api';
import { Button, Checkbox, Field, Heading, Secret } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

/** Address and password. Which of both is wrong is not said: that would tell strangers who has an account. */
export function PasswordForm({ onSignedIn }: { readonly onSignedIn: (me: Me) => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [stay, setStay] = useState(false);
  const [missing, setMissing] = useState(false);
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const empty = email.trim() === '' ? emailField : password === '' ? passwordField : undefined;
    setMissing(empty !== undefined);
    if (empty) return empty.current?.focus();
    const well = await task.run(async () => onSignedIn(await rest('signIn', { email: email.trim(), password, stay })));
    if (!well) passwordField.current?.select();
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <Heading>{w('title')}</Heading>
      <Field
        label={w('email')}
        value={email}
        onChange={setEmail}
        autoComplete="username"
        error={missing && email.trim() === '' ? w('emailMissing') : undefined}
        inputRef={emailField}
        testId="sign-in-email"
      />
      <Secret
        label={w('password')}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        error={missing && password === '' ? w('passwordMissing') : undefined}
        inputRef={passwordField}
        testId="sign-in-password"
      />
      <Checkbox isSelected={stay} onChange={setStay}>
        {w('stay')}
      </Checkbox>
      <RefusalNote problem={task.problem} />
      <Button type="submit" look="main" wide isDisabled={task.busy} data-testid="sign-in-submit">
        {w(task.busy ? 'busy' : 'submit')}
      </Button>
      <p className="soft small">{w('forgot')}</p>
      <p className="soft small">{w('guest')}</p>
    </form>
  );
}
