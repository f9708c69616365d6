import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { rest, type MeetingView } from '../../api';
import { dayAndTime, language } from '../../i18n';
import { Actions, Badge, Button, CopyLink, Dialog, Menu, PageLink, Qr, say } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

export interface MeetingRowProps {
  readonly meeting: MeetingView;
  readonly onOpen: () => void;
  readonly onRemoved: () => void;
}

/** One meeting of the list: when it is, its link, and what else may be done with it. */
export function MeetingRow({ meeting, onOpen, onRemoved }: MeetingRowProps) {
  const { id, title, kind, address, link } = meeting;
  const [open, setOpen] = useState<'qr' | 'remove' | 'problem'>();
  const task = useTask();
  const next = meeting.dates[0];
  const copyInvitation = () =>
    task.run(async () => {
      const { text } = await rest('showInvitation', { id, language });
      await navigator.clipboard.writeText(text);
      say(w('copied'));
    });
  const remove = async () => {
    if (!(await task.run(() => rest('deleteMeeting', { id })))) return;
    setOpen(undefined);
    say(w('removed'));
    onRemoved();
  };
  const choose = async (what: string) => {
    task.forget();
    if (what === 'qr' || what === 'remove') setOpen(what);
    else if (what === 'calendar') window.location.assign(`/api/meetings/${id}/calendar?language=${language}`);
    else if (!(await copyInvitation())) setOpen('problem');
  };
  const entries = [
    { id: 'invitation', label: w('copyInvitation') },
    { id: 'qr', label: w('qr') },
    ...(next ? [{ id: 'calendar', label: w('calendar') }] : []),
    ...(meeting.mine === 'owner' ? [{ id: 'remove', label: w('remove'), danger: true }] : []),
  ];
  return (
    <li className="meeting" data-testid="meeting">
      <div className="meeting-what">
        <strong>{title}</strong>
        <span className="meeting-facts">
          <Badge>{w(`kind.${kind}`)}</Badge>
          <span className="soft small num">{next ? dayAndTime(next.start) : w('always')}</span>
        </span>
      </div>
      <CopyLink url={address} />
      <div className="meeting-acts">
        <PageLink className="button button-plain" href={`/m/${link}`} onFollow={onOpen} aria-label={w('openNamed', { title })}>
          {w('open')}
        </PageLink>
        <Menu look="icon" label={w('more', { title })} entries={entries} onChoose={(what) => void choose(what)} testId="meeting-more">
          <Ellipsis size={20} aria-hidden="true" />
        </Menu>
      </div>
      <Dialog title={title} isOpen={open === 'qr'} onClose={() => setOpen(undefined)}>
        <Qr text={address} label={w('openNamed', { title })} />
        <p className="soft small">{w('erased', { time: dayAndTime(meeting.erased) })}</p>
      </Dialog>
      <Dialog title={w('removeTitle', { title })} isOpen={open === 'remove'} onClose={() => setOpen(undefined)} asks>
        <p>{w('removeLead')}</p>
        <RefusalNote problem={task.problem} />
        <Actions>
          <Button look="danger" isDisabled={task.busy} onPress={() => void remove()}>
            {w('remove')}
          </Button>
          <Button onPress={() => setOpen(undefined)}>{w('cancel')}</Button>
        </Actions>
      </Dialog>
      <Dialog title={title} isOpen={open === 'problem'} onClose={() => setOpen(undefined)}>
        <RefusalNote problem={task.problem} />
      </Dialog>
    </li>
  );
}
