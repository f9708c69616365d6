import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Button, Field, Note } from '../../../ui';
import { refusalText } from '../../refusal';
import { w as admin } from '../words';
import { Live } from './Live';
import { codeIn, type End } from './watch';
import { w } from './words';
import './help.css';

/** Helps somebody whose connection is bad: by the code that they read out, and as long as they want it. */
export function HelpPage() {
  const [code, setCode] = useState<string>();
  const [end, setEnd] = useState<End>();
  const heading = useRef<HTMLHeadingElement>(null);
  const [again, setAgain] = useState(false);
  const watch = (wanted: string) => {
    setEnd(undefined);
    setCode(wanted);
    heading.current?.focus(); // the form goes, and the focus with it
  };
  return (
    <section className="card stack">
      <h2 ref={heading} tabIndex={-1}>
        {admin('help')}
      </h2>
      {code === undefined ? (
        <>
          <p className="soft">{w('lead')}</p>
          {end ? (
            <Note look={end.watched ? 'plain' : 'warn'} alert testId={`help-${end.problem.code}`}>
              <p>{endText(end)}</p>
            </Note>
          ) : null}
          <CodeForm again={again} onCode={watch} />
        </>
      ) : (
        <Live
          code={code}
          onEnd={(why) => {
            setEnd(why);
            setCode(undefined);
            setAgain(true);
          }}
        />
      )}
    </section>
  );
}

interface CodeFormProps {
  /** one was entered before: the next is typed at once */
  readonly again: boolean;
  readonly onCode: (code: string) => void;
}

function CodeForm({ again, onCode }: CodeFormProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (again) field.current?.focus();
  }, [again]);
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = codeIn(text);
    setWrong(code === undefined);
    if (code !== undefined) onCode(code);
  };
  return (
    <form className="stack help-form" onSubmit={submit}>
      <Field label={w('code')} value={text} onChange={setText} hint={w('codeHint')} error={wrong ? w('codeInvalid') : undefined} inputMode="numeric" inputRef={field} testId="help-code" />
      <div className="buttons">
        <Button type="submit" look="main" data-testid="help-watch">
          {w('watch')}
        </Button>
      </div>
    </form>
  );
}

function endText({ problem, watched }: End): string {
  return problem.code === 'help_unknown' ? w(watched ? 'ended' : 'unknown') : refusalText(problem);
}
