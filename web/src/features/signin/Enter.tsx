import { useEffect, useState, type FormEvent } from 'react';
import { Refused, rest, setMe, type LinkInfo, type Me } from '../../api';
import { Button, Field, Heading, Skeleton } from '../../ui';
import { Frame } from '../frame';
import { RefusalNote, useTask } from '../refusal';
import { ChoosePassword } from './ChoosePassword';
import { SetUp } from './SetUp';
import { w } from './words';

export interface EnterProps {
  /** what stood behind # of the link; empty: it is typed from a slip */
  readonly secret: string;
  /** somebody is signed in: whole, or with the second factor missing. setUp: this is the first administrator */
  readonly onEntered: (me: Me, setUp: boolean) => void;
}

/** Where one-time links lead: the first administrator, a first password, a new one, the demonstration host. */
export function Enter({ secret, onEntered }: EnterProps) {
  const [code, setCode] = useState(secret);
  const [info, setInfo] = useState<LinkInfo>();
  const task = useTask();
  const look = (given: string) =>
    void task.run(async () => {
      setInfo(await rest('lookAtLink', { code: given }));
      setCode(given);
    });
  useEffect(() => {
    if (secret !== '') look(secret);
    // Once, for the secret that the page was opened with.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const entered = (me: Me) => {
    setMe(me);
    onEntered(me, info?.purpose === 'setup');
  };
  return (
    <Frame middle>
      <section className="card stack" data-testid="enter-page">
        {info?.purpose === 'demo' ? (
          <Demo code={code} onEntered={entered} />
        ) : info?.purpose === 'setup' ? (
          <SetUp code={code} onEntered={entered} />
        ) : info ? (
          <ChoosePassword code={code} info={info} onEntered={entered} />
        ) : secret !== '' && task.problem === undefined ? (
          <Skeleton lines={5} />
        ) : (
          <TypeCode task={task} typed={secret === ''} onCode={look} />
        )}
      </section>
    </Frame>
  );
}

interface TypeCodeProps {
  readonly task: ReturnType<typeof useTask>;
  /** no link was opened: what the server does not know may be a slip of the finger */
  readonly typed: boolean;
  readonly onCode: (code: string) => void;
}

function TypeCode({ task, typed, onCode }: TypeCodeProps) {
  const [code, setCode] = useState('');
  const [given, setGiven] = useState(typed);
  const mistyped = given && task.problem instanceof Refused && task.problem.code === 'link_unknown';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() === '') return;
    setGiven(true);
    onCode(code.trim());
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Heading>{w('enterTitle')}</Heading>
      {mistyped ? null : <RefusalNote problem={task.problem} />}
      <p className="soft">{w('enterLead')}</p>
      <Field label={w('enterCode')} value={code} onChange={setCode} error={mistyped ? w('enterUnknown') : undefined} testId="enter-code" />
      <Button type="submit" look="main" wide isDisabled={task.busy}>
        {w('enterNext')}
      </Button>
    </form>
  );
}

function Demo({ code, onEntered }: { readonly code: string; readonly onEntered: (me: Me) => void }) {
  const task = useTask();
  return (
    <>
      <Heading>{w('demoTitle')}</Heading>
      <p>{w('demoLead')}</p>
      <RefusalNote problem={task.problem} />
      <Button look="main" wide isDisabled={task.busy} onPress={() => void task.run(async () => onEntered(await rest('enterDemo', { code })))} data-testid="demo-submit">
        {w('demoSubmit')}
      </Button>
    </>
  );
}
