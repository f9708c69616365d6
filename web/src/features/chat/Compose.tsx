import { SendHorizontal } from 'lucide-react';
import { useId, useState, type FormEvent, type KeyboardEvent } from 'react';
import { Button } from 'react-aria-components';
import { CHAT_LIMIT, isHost, mayWrite, type CallView, type Roster } from '../../call';
import { t } from '../../i18n';
import { Select } from '../../ui';
import { AttachButton } from '../files';

/** From here on the person is told how many characters are left. */
const TELL_FROM = CHAT_LIMIT - 200;

export interface ComposeProps {
  readonly call: CallView;
  readonly roster: Roster;
  /** whom to write to alone; '': everybody */
  readonly to: string;
  readonly onTo: (to: string) => void;
}

/** The field to say something in: to everybody, or to one person. */
export function Compose({ call, roster, to, onTo }: ComposeProps) {
  const [text, setText] = useState('');
  const count = useId();
  const held = roster.meeting?.held === true;
  const targets = targetsOf(roster);
  const target = targets.find((one) => one.id === to) ?? targets[0];
  if (held || !target) return <p className="chat-closed small soft">{t(held ? 'chat.held' : 'chat.off')}</p>;
  const left = CHAT_LIMIT - text.trim().length;
  const sendable = text.trim() !== '' && left >= 0;
  const person = target.id === '' ? undefined : target.id;
  const say = () => {
    if (!sendable) return;
    call.say(text, person);
    setText('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    say();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    say();
  };
  const field = person === undefined ? t(toHosts(roster) ? 'chat.fieldHosts' : 'chat.field') : t('chat.fieldTo', { name: target.label });
  return (
    <form className="chat-compose" onSubmit={submit}>
      {targets.length > 1 || person !== undefined ? (
        <div className="chat-target">
          <Select label={t('chat.to')} options={targets} value={target.id} onChange={onTo} testId="chat-to" />
          {person === undefined ? null : <p className="small soft">{t('chat.operator')}</p>}
        </div>
      ) : null}
      <textarea
        rows={2}
        value={text}
        aria-label={field}
        aria-invalid={left < 0}
        aria-describedby={count}
        placeholder={field}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={key}
        autoFocus
        data-testid="chat-input"
      />
      <div className="chat-buttons">
        {roster.may.has('send_file') ? <AttachButton call={call} to={person} most={roster.meeting?.settings.fileSize ?? 0} /> : null}
        <Button type="submit" className="chat-send" aria-label={t('chat.send')} isDisabled={!sendable} data-testid="chat-send">
          <SendHorizontal size={20} aria-hidden="true" />
        </Button>
      </div>
      <p id={count} className="chat-count small num" data-over={left < 0} role={left < 0 ? 'alert' : undefined} data-testid="chat-count">
        {left < 0 ? t('chat.tooLong', { n: -left }) : text.length >= TELL_FROM ? t('chat.left', { n: left }) : ''}
      </p>
    </form>
  );
}

/** Everybody, if one may write to everybody, and each person whom a direct message reaches. */
function targetsOf(roster: Roster): readonly { readonly id: string; readonly label: string }[] {
  const all = roster.may.has('chat') ? [{ id: '', label: t(toHosts(roster) ? 'chat.hosts' : 'chat.all') }] : [];
  const people = roster.people.filter((person) => person.id !== roster.person && mayWrite(roster, person.role));
  return [...all, ...people.map(({ id, name }) => ({ id, label: name }))];
}

/** What is written to all gets to hosts and presenters only. */
function toHosts({ meeting, role }: Roster): boolean {
  return meeting?.settings.chat === 'hosts' && !isHost(role) && role !== 'presenter';
}
