import { useState, type FormEvent } from 'react';
import type { LobbyView } from '../../call';
import { clockTime, t } from '../../i18n';
import { Button, Field } from '../../ui';
import './lobby.css';

export interface AskHostsProps {
  readonly lobby: LobbyView;
  readonly onAsk: (text: string) => void;
}

/** Characters that are told at once: they fit into what the server takes. */
const ASK_LIMIT = 250;

/** A line from who waits to the hosts, and what was written so far. Nobody else reads it. */
export function AskHosts({ lobby, onAsk }: AskHostsProps) {
  const [text, setText] = useState('');
  const tooLong = [...text.trim()].length > ASK_LIMIT;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '' || tooLong) return;
    onAsk(text);
    setText('');
  };
  return (
    <section className="stack" aria-label={t('lobby.ask')}>
      <ul className="lobby-asked">
        {lobby.asked.map((asked, index) => (
          <li key={`${asked.at} ${index}`} data-testid="lobby-asked">
            <time className="soft small num">{clockTime(asked.at)}</time> {asked.text}
          </li>
        ))}
      </ul>
      {lobby.mayAsk ? (
        <form className="lobby-ask" onSubmit={submit}>
          <Field label={t('lobby.ask')} hint={t('lobby.askHint', { n: ASK_LIMIT })} value={text} onChange={setText} error={tooLong ? t('lobby.askTooLong', { n: ASK_LIMIT }) : undefined} testId="ask-text" />
          <Button type="submit" data-testid="ask-send">
            {t('chat.send')}
          </Button>
        </form>
      ) : null}
    </section>
  );
}
