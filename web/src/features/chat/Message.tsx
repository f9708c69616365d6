import { MoreHorizontal, Pencil, Trash2 } from 'lucide-react';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import { CHAT_LIMIT, type CallView, type ChatLine, type Roster } from '../../call';
import { clockTime, t } from '../../i18n';
import { ActionMenu, Actions, Button } from '../../ui';
import { FileCard } from '../files';
import { goesOn, toOf, type Entry } from './entries';
import { LinkedText } from './LinkedText';

export interface MessageProps {
  readonly call: CallView;
  readonly entry: Entry;
  readonly roster: Roster;
  readonly before: Entry | undefined;
}

/** One message or file: from whom, to whom, when; text is text, whatever stands in it. */
export function Message({ call, entry, roster, before }: MessageProps) {
  const [editing, setEditing] = useState(false);
  const own = entry.from === roster.person;
  const name = own ? t('stage.you') : (roster.names.get(entry.from) ?? t('chat.gone'));
  const state = entry.kind === 'line' ? entry.line.state : 'said';
  const direct = toOf(entry) !== '';
  return (
    <div
      className={`chat-line${own ? ' chat-own' : ''}${direct ? ' chat-direct' : ''}`}
      data-testid="chat-message"
      data-from={entry.from}
      data-state={state}
      data-direct={direct}
    >
      <p className={goesOn(entry, before) ? 'unseen' : 'chat-who small'}>
        <strong>{name}</strong> <time className="soft num">{clockTime(entry.at)}</time>
        {direct ? <span className="chat-to"> {addressee(entry, roster)}</span> : null}
      </p>
      {editing && entry.kind === 'line' ? (
        <Edit line={entry.line} onSave={(text) => call.edit(entry.line.id, text)} onClose={() => setEditing(false)} />
      ) : (
        <div className="chat-body">
          {entry.kind === 'line' ? <Text line={entry.line} links={roster.meeting?.settings.chatLinks !== false} /> : <FileCard call={call} file={entry.file} />}
          {state === 'said' ? <Acts call={call} entry={entry} own={own} roster={roster} name={name} onEdit={() => setEditing(true)} /> : null}
        </div>
      )}
      {state === 'said' ? null : <p className="chat-state small">{t(state === 'failed' ? 'chat.failed' : 'chat.sending')}</p>}
    </div>
  );
}

function addressee(entry: Entry, roster: Roster): string {
  const to = toOf(entry);
  if (to === 'hosts') return t('chat.onlyHosts');
  if (to === roster.person) return t('chat.onlyYou');
  return t('chat.onlyTo', { name: roster.names.get(to) ?? t('chat.gone') });
}

function Text({ line, links }: { readonly line: ChatLine; readonly links: boolean }) {
  return (
    <p className="chat-text">
      {line.text === undefined ? <em>{t('chat.encrypted')}</em> : links ? <LinkedText text={line.text} /> : line.text}
      {line.edited ? <span className="chat-edited small soft"> {t('chat.edited')}</span> : null}
    </p>
  );
}

interface ActsProps {
  readonly call: CallView;
  readonly entry: Entry;
  readonly own: boolean;
  readonly roster: Roster;
  readonly name: string;
  readonly onEdit: () => void;
}

/** The author changes and deletes; who conducts the meeting deletes. */
function Acts({ call, entry, own, roster, name, onEdit }: ActsProps) {
  const held = roster.meeting?.held === true;
  const ref = entry.kind === 'line' ? entry.line : entry.file;
  const edits = own && !held && entry.kind === 'line' && entry.line.text !== undefined;
  const deletes = own || roster.may.has('delete_chat');
  if (!edits && !deletes) return null;
  return (
    <ActionMenu
      label={t('chat.menu', { name, time: clockTime(entry.at) })}
      className="iconbutton chat-acts"
      testId="chat-menu"
      groups={[
        edits ? [{ id: 'edit', label: t('chat.edit'), icon: Pencil, onPick: onEdit }] : [],
        deletes ? [{ id: 'delete', label: t(own ? 'chat.delete' : 'chat.deleteOther'), icon: Trash2, danger: true, onPick: () => call.erase({ id: ref.id, from: ref.from }) }] : [],
      ]}
    >
      <MoreHorizontal size={16} aria-hidden="true" />
    </ActionMenu>
  );
}

interface EditProps {
  readonly line: ChatLine;
  readonly onSave: (text: string) => void;
  readonly onClose: () => void;
}

function Edit({ line, onSave, onClose }: EditProps) {
  const [text, setText] = useState(line.text ?? '');
  const sendable = text.trim() !== '' && text.trim().length <= CHAT_LIMIT;
  const save = () => {
    if (!sendable) return;
    if (text.trim() !== line.text) onSave(text);
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      save();
    } else if (event.key === 'Escape') {
      event.preventDefault(); // the panel stays
      onClose();
    }
  };
  return (
    <form className="chat-edit" onSubmit={submit}>
      <textarea rows={2} value={text} aria-label={t('chat.editField')} onChange={(event) => setText(event.target.value)} onKeyDown={key} autoFocus data-testid="chat-edit" />
      <Actions>
        <Button type="submit" look="main" isDisabled={!sendable} data-testid="chat-edit-save">
          {t('chat.save')}
        </Button>
        <Button onPress={onClose}>{t('dialog.cancel')}</Button>
      </Actions>
    </form>
  );
}
