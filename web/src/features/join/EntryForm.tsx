import { useEffect, useRef, useState, type FormEvent } from 'react';
import { faultOf, lengthOf, NAME_LIMIT, type MeetingSummary } from '../../api';
import { t } from '../../i18n';
import { Button, Field } from '../../ui';

/** What was not taken the last time. */
export type Refused = 'name' | 'code' | undefined;

interface EntryFormProps {
  readonly summary: MeetingSummary;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly companion: boolean;
  readonly joining: boolean;
  readonly refused: Refused;
  readonly onJoin: (name: string, code: string) => void;
}

type Fault = 'empty' | 'signs' | undefined;

/** Name and access code, as far as they are asked for: links and accounts may fix the name, and hosts need no code. */
export function EntryForm({ summary, name, onName, companion, joining, refused, onJoin }: EntryFormProps) {
  const [nameFault, setNameFault] = useState<Fault>(refused === 'name' ? 'signs' : undefined);
  const [code, setCode] = useState('');
  const [codeFault, setCodeFault] = useState<'missing' | 'wrong' | undefined>(refused === 'code' ? 'wrong' : undefined);
  const nameField = useRef<HTMLInputElement>(null);
  const codeField = useRef<HTMLInputElement>(null);
  const asksName = summary.name === undefined && !companion;
  const asksCode = (summary.code === true || refused === 'code') && !companion;
  useEffect(() => {
    if (refused === 'name') nameField.current?.focus();
    if (refused === 'code') codeField.current?.focus();
  }, [refused]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = asksName ? faultOf(name, NAME_LIMIT) : undefined;
    const missing = asksCode && code.trim() === '';
    setNameFault(found === undefined ? undefined : found === 'empty' ? 'empty' : 'signs');
    setCodeFault(missing ? 'missing' : undefined);
    if (found !== undefined) nameField.current?.focus();
    else if (missing) codeField.current?.focus();
    else onJoin(name.trim(), code.trim());
  };
  return (
    <form className="stack" onSubmit={submit}>
      {asksName ? (
        <Field
          label={t('join.name')}
          hint={t('join.nameHint')}
          value={name}
          onChange={(text) => {
            onName(text);
            setNameFault(undefined);
          }}
          error={nameError(name, nameFault)}
          inputRef={nameField}
          testId="join-name"
        />
      ) : null}
      {summary.name !== undefined && !companion ? (
        <p className="join-fixed" data-testid="join-fixed">
          <span className="small soft">{t('join.asName')}</span>
          <strong>{summary.name}</strong>
          <span className="small soft">{t(summary.role === 'owner' || summary.role === 'moderator' ? 'join.nameAccount' : 'join.nameFixed')}</span>
        </p>
      ) : null}
      {asksCode ? (
        <Field
          label={t('join.code')}
          hint={t('join.codeHint')}
          value={code}
          onChange={(text) => {
            setCode(text);
            setCodeFault(undefined);
          }}
          error={codeFault && t(codeFault === 'missing' ? 'join.codeMissing' : 'join.codeWrong')}
          inputRef={codeField}
          testId="join-code"
        />
      ) : null}
      <Button type="submit" look="main" wide isDisabled={joining} data-testid="join-submit">
        {t(joining ? 'join.joining' : 'join.submit')}
      </Button>
    </form>
  );
}

function nameError(name: string, fault: Fault): string | undefined {
  if (faultOf(name, NAME_LIMIT) === 'long') return t('field.tooLong', { most: NAME_LIMIT, n: lengthOf(name) });
  if (fault === 'empty') return t('join.nameMissing');
  return fault === 'signs' ? t('field.signs', { most: NAME_LIMIT }) : undefined;
}
