import { useEffect, useState, type FormEvent } from 'react';
import { rest, setMe, type Enrolment, type Me } from '../../api';
import { Button, Field, Qr, Skeleton } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { RecoveryCodes } from './RecoveryCodes';
import { w } from './words';
import './signin.css';

/** Sets up a second factor: the picture for the app, its first code, then the codes for recovery. */
export function Enrol({ password = '', onDone }: { readonly password?: string; readonly onDone: () => void }) {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [codes, setCodes] = useState<readonly string[]>();
  const [next, setNext] = useState<Me>();
  const begin = useTask();
  useEffect(() => {
    void begin.run(async () => setEnrolment(await rest('beginSecondFactor', { password })));
    // Once: a second one would make the picture that was scanned worthless.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  if (codes && next) {
    const finish = () => {
      setMe(next);
      onDone();
    };
    return <RecoveryCodes codes={codes} onDone={finish} />;
  }
  if (!enrolment) return begin.problem === undefined ? <Skeleton lines={6} /> : <RefusalNote problem={begin.problem} />;
  return (
    <ConfirmForm
      enrolment={enrolment}
      onEnrolled={(told, me) => {
        setCodes(told);
        setNext(me);
      }}
    />
  );
}

function ConfirmForm({ enrolment, onEnrolled }: { readonly enrolment: Enrolment; readonly onEnrolled: (codes: readonly string[], me: Me) => void }) {
  const [code, setCode] = useState('');
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async () => {
      const { recoveryCodes, me } = await rest('confirmSecondFactor', { code: code.trim() });
      onEnrolled(recoveryCodes, me);
    });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p>{w('enrolScan')}</p>
      <Qr text={enrolment.address} label={w('enrolQr')} />
      <p className="small">
        {w('enrolType')} <code className="enrol-secret" data-testid="enrol-secret">{enrolment.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <Field label={w('enrolCode')} value={code} onChange={setCode} autoComplete="one-time-code" testId="enrol-code" />
      <RefusalNote problem={task.problem} />
      <Button type="submit" look="main" wide isDisabled={task.busy || code.trim() === ''} data-testid="enrol-submit">
        {w('enrolSubmit')}
      </Button>
    </form>
  );
}
