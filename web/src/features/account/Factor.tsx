import { useState } from 'react';
import { loadMe, rest, setMe, type Me } from '../../api';
import { Actions, Button, Dialog, Field, Secret, say } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { Enrol, RecoveryCodes } from '../signin';
import { w } from './words';

type Step = 'none' | 'password' | 'enrol' | 'remove' | 'renew';

/** The second factor: set up, removed, its recovery codes renewed. Each wants the password again. */
export function Factor({ me }: { readonly me: Me }) {
  const [step, setStep] = useState<Step>('none');
  const [password, setPassword] = useState('');
  const close = () => {
    setStep('none');
    setPassword('');
    void loadMe().catch(() => undefined); // how many codes are left
  };
  const done = () => {
    close();
    say(w('factorDone'));
  };
  return (
    <section className="card stack" data-testid="factor">
      <h2>{w('factor')}</h2>
      <p>{me.hasSecondFactor ? w('factorOn', { n: me.recoveryCodesLeft ?? 0 }) : w('factorOff')}</p>
      <div className="buttons">
        {me.hasSecondFactor ? (
          <>
            <Button onPress={() => setStep('renew')}>{w('factorRenew')}</Button>
            <Button onPress={() => setStep('remove')}>{w('factorRemove')}</Button>
          </>
        ) : (
          <Button onPress={() => setStep('password')} data-testid="factor-set-up">
            {w('factorSetUp')}
          </Button>
        )}
      </div>
      <Dialog title={w('factor')} isOpen={step === 'password' || step === 'enrol'} onClose={close}>
        {step === 'enrol' ? (
          <Enrol password={password} onDone={done} />
        ) : (
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              setStep('enrol');
            }}
          >
            <Secret label={w('confirmPassword')} value={password} onChange={setPassword} autoComplete="current-password" testId="factor-password" />
            <Actions>
              <Button type="submit" look="main" isDisabled={password === ''}>
                {w('next')}
              </Button>
              <Button onPress={close}>{w('cancel')}</Button>
            </Actions>
          </form>
        )}
      </Dialog>
      <Dialog title={w(step === 'renew' ? 'factorRenew' : 'factorRemove')} isOpen={step === 'remove' || step === 'renew'} onClose={close}>
        <WithCode renew={step === 'renew'} onDone={close} />
      </Dialog>
    </section>
  );
}

/** What wants password and code: removing the factor, or other recovery codes. */
function WithCode({ renew, onDone }: { readonly renew: boolean; readonly onDone: () => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<readonly string[]>();
  const task = useTask();
  const work = async () => {
    if (renew) return setCodes((await rest('renewRecoveryCodes', { password, code: code.trim() })).recoveryCodes);
    setMe(await rest('removeSecondFactor', { password, code: code.trim() }));
    onDone();
    say(w('factorRemoved'));
  };
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(work);
      }}
    >
      <Secret label={w('confirmPassword')} value={password} onChange={setPassword} autoComplete="current-password" />
      <Field label={w('confirmCode')} value={code} onChange={setCode} autoComplete="one-time-code" />
      <RefusalNote problem={task.problem} />
      <Actions>
        <Button type="submit" look="main" isDisabled={task.busy || password === '' || code.trim() === ''}>
          {w(renew ? 'factorRenew' : 'factorRemove')}
        </Button>
        <Button onPress={onDone}>{w('cancel')}</Button>
      </Actions>
    </form>
  );
}
