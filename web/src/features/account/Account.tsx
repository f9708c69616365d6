import { Download } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { rest, setMe, type Me } from '../../api';
import { Button, Field, Heading, Secret, say } from '../../ui';
import { Frame } from '../frame';
import { RefusalNote, useTask } from '../refusal';
import { DeleteAccount } from './DeleteAccount';
import { Factor } from './Factor';
import { Logins } from './Logins';
import { w } from './words';
import './account.css';

/** Everything that is somebody's own: name, password, second factor, sessions, data. */
export function Account({ me }: { readonly me: Me }) {
  return (
    <Frame>
      <div className="wide account" data-testid="account-page">
        <div className="page-intro">
          <Heading>{w('title')}</Heading>
          <p className="soft">{me.email}</p>
        </div>
        <Rename me={me} />
        <Email me={me} />
        <Password />
        <Factor me={me} />
        <Logins />
        <section className="card stack">
          <h2>{w('data')}</h2>
          <p>{w('dataLead')}</p>
          <div className="buttons">
            <a className="button button-plain" href="/api/me/archive" download>
              <Download size={18} aria-hidden="true" />
              {w('archive')}
            </a>
            <DeleteAccount />
          </div>
        </section>
      </div>
    </Frame>
  );
}

function Rename({ me }: { readonly me: Me }) {
  const [name, setName] = useState(me.name);
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await task.run(async () => {
      await rest('renameMe', { name: name.trim() });
      setMe({ ...me, name: name.trim() });
    });
    if (done) say(w('saved'));
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <Field label={w('name')} value={name} onChange={setName} autoComplete="name" testId="account-name" />
      <RefusalNote problem={task.problem} />
      <div className="buttons">
        <Button type="submit" isDisabled={task.busy || name.trim() === me.name}>
          {w('save')}
        </Button>
      </div>
    </form>
  );
}

function Email({ me }: { readonly me: Me }) {
  const [email, setEmail] = useState(me.email);
  const [password, setPassword] = useState('');
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await task.run(async () => {
      await rest('changeEmail', { email: email.trim(), password });
      setMe({ ...me, email: email.trim() });
    });
    if (!done) return;
    setPassword('');
    say(w('saved'));
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h2>{w('email')}</h2>
      <div className="account-pair">
        <Field label={w('emailNew')} value={email} onChange={setEmail} hint={w('emailHint')} autoComplete="username" testId="account-email" />
        <Secret label={w('confirmPassword')} value={password} onChange={setPassword} autoComplete="current-password" testId="account-email-password" />
      </div>
      <RefusalNote problem={task.problem} />
      <div className="buttons">
        <Button type="submit" isDisabled={task.busy || email.trim() === me.email || email.trim() === '' || password === ''} data-testid="account-email-submit">
          {w('emailChange')}
        </Button>
      </div>
    </form>
  );
}

function Password() {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const task = useTask();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await task.run(async () => setMe(await rest('changePassword', { old, new: next })));
    if (!done) return;
    setOld('');
    setNext('');
    say(w('passwordChanged'));
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h2>{w('password')}</h2>
      <div className="account-pair">
        <Secret label={w('passwordOld')} value={old} onChange={setOld} autoComplete="current-password" testId="password-old" />
        <Secret label={w('passwordNew')} value={next} onChange={setNext} autoComplete="new-password" hint={w('passwordHint')} testId="password-new" />
      </div>
      <RefusalNote problem={task.problem} />
      <div className="buttons">
        <Button type="submit" isDisabled={task.busy || old === '' || next === ''} data-testid="password-submit">
          {w('passwordChange')}
        </Button>
      </div>
    </form>
  );
}
