import { SendHorizontal } from 'lucide-react';
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { Button } from 'react-aria-components';
import { CHAT_LIMIT, type CallView, type ChatLine, type Roster } from '../../call';
import { clockTime, t } from '../../i18n';
import { Panel } from '../../ui';
import { useValue } from '../../value';
import { LinkedText } from './LinkedText';
import './chat.css';

/** From here on the person is told how many characters are left. */
const TELL_FROM = CHAT_LIMIT - 200;

/** What was said in writing, and a field to say something. Messages are text; only whole https addresses become links. */
export function ChatPanel({ call, onClose }: { readonly call: CallView; readonly onClose: () => void }) {
  const roster = useValue(call.roster);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [roster.chat.length]);
  return (
    <Panel title={t('chat.title')} onClose={onClose}>
      <div className="chat-lines" role="log" aria-label={t('chat.title')} tabIndex={0}>
        {roster.chat.length === 0 ? <p className="soft small">{t('chat.empty')}</p> : null}
        {roster.chat.map((line, index) => (
          <Message key={line.id} line={line} roster={roster} before={roster.chat[index - 1]} />
        ))}
        <div ref={end} />
      </div>
      <Compose onSay={(text) => call.say(text)} />
    </Panel>
  );
}

interface MessageProps {
  readonly line: ChatLine;
  readonly roster: Roster;
  readonly before: ChatLine | undefined;
}

function Message({ line, roster, before }: MessageProps) {
  const own = line.from === roster.self;
  const name = own ? t('stage.you') : (roster.names.get(line.from) ?? t('chat.gone'));
  const goesOn = before?.from === line.from && line.at - before.at < 120_000;
  return (
    <div className={own ? 'chat-line chat-own' : 'chat-line'} data-testid="chat-message" data-from={line.from} data-state={line.state}>
      <p className={goesOn ? 'unseen' : 'chat-who small'}>
        <strong>{name}</strong> <time className="soft num">{clockTime(line.at)}</time>
      </p>
      <p className="chat-text">{line.text !== undefined ? <LinkedText text={line.text} /> : <em>{t('chat.encrypted')}</em>}</p>
      {line.state === 'said' ? null : <p className="chat-state small">{t(line.state === 'failed' ? 'chat.failed' : 'chat.sending')}</p>}
    </div>
  );
}

function Compose({ onSay }: { readonly onSay: (text: string) => void }) {
  const [text, setText] = useState('');
  const count = useId();
  const left = CHAT_LIMIT - text.trim().length;
  const sendable = text.trim() !== '' && left >= 0;
  const say = () => {
    if (!sendable) return;
    onSay(text);
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
  return (
    <form className="chat-compose" onSubmit={submit}>
      <textarea
        rows={2}
        value={text}
        aria-label={t('chat.field')}
        aria-invalid={left < 0}
        aria-describedby={count}
        placeholder={t('chat.field')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={key}
        autoFocus
        data-testid="chat-input"
      />
      <Button type="submit" className="chat-send" aria-label={t('chat.send')} isDisabled={!sendable} data-testid="chat-send">
        <SendHorizontal size={20} aria-hidden="true" />
      </Button>
      <p id={count} className="chat-count small num" data-over={left < 0} role={left < 0 ? 'alert' : undefined} data-testid="chat-count">
        {left < 0 ? t('chat.tooLong', { n: -left }) : text.length >= TELL_FROM ? t('chat.left', { n: left }) : ''}
      </p>
    </form>
  );
}
