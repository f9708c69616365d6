import { useEffect, useRef } from 'react';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import { Panel } from '../../ui';
import { useValue } from '../../value';
import { Transfers } from '../files';
import { Compose } from './Compose';
import { entriesOf } from './entries';
import { Message } from './Message';
import './chat.css';

export interface ChatPanelProps {
  readonly call: CallView;
  /** whom to write to alone; '': everybody */
  readonly to: string;
  readonly onTo: (to: string) => void;
  readonly onClose: () => void;
}

/** What was said in writing, the files, and a field to say something. Messages are text; only whole https addresses become links. */
export function ChatPanel({ call, to, onTo, onClose }: ChatPanelProps) {
  const roster = useValue(call.roster);
  const entries = entriesOf(roster);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [entries.length]);
  return (
    <Panel title={t('chat.title')} onClose={onClose}>
      <div className="chat-lines" role="log" aria-label={t('chat.title')} tabIndex={0}>
        {entries.length === 0 ? <p className="soft small">{t('chat.empty')}</p> : null}
        {entries.map((entry, index) => (
          <Message key={entry.key} call={call} entry={entry} roster={roster} before={entries[index - 1]} />
        ))}
        <div ref={end} />
      </div>
      <Transfers call={call} />
      <Compose call={call} roster={roster} to={to} onTo={onTo} />
    </Panel>
  );
}
