import { Copy, Ellipsis, Mail, QrCode, Settings2, Trash2, CalendarPlus } from 'lucide-react';
import { useState } from 'react';
import type { MeetingView } from '../../api';
import { language } from '../../i18n';
import { goTo } from '../../route';
import { Badge, Button, Dialog, Menu, PageLink, Qr, say } from '../../ui';
import { DeleteMeeting } from './DeleteMeeting';
import { InvitationText } from './InvitationText';
import { iconOf } from './kinds';
import { whenText } from './when';
import { w } from './words';

export interface MeetingRowProps {
  readonly meeting: MeetingView;
  readonly onOpen: () => void;
  readonly onChanged: () => void;
}

/** One meeting in the list: what it is, when, and what is done with it most. */
export function MeetingRow({ meeting, onOpen, onChanged }: MeetingRowProps) {
  const [open, setOpen] = useState<'invitation' | 'qr' | 'delete'>();
  const { title, address } = meeting;
  const close = () => setOpen(undefined);
  const choose = (what: string) => {
    if (what === 'copy') void copy(address).then((done) => (done ? undefined : setOpen('qr')));
    else if (what === 'calendar') window.location.assign(calendarOf(meeting.id));
    else if (what === 'settings') goTo(`/meeting/${meeting.id}`);
    else setOpen(what as 'invitation' | 'qr' | 'delete');
  };
  const icon = { size: 18, 'aria-hidden': true } as const;
  return (
    <li className="meeting-row" data-testid="meeting-row">
      <span className="kind-icon">{iconOf(meeting.kind)}</span>
      <div className="meeting-what">
        <PageLink className="meeting-title" href={`/meeting/${meeting.id}`}>
          {title}
        </PageLink>
        <span className="soft small">{whenOf(meeting)}</span>
        <span className="meeting-badges">
          <Badge>{w(`kind.${meeting.kind}`)}</Badge>
          <Badge>{w(`level.${meeting.level}`)}</Badge>
          {meeting.mine === 'owner' ? null : <Badge>{w(`mine.${meeting.mine}`, { name: meeting.owner.name })}</Badge>}
        </span>
      </div>
      <div className="buttons">
        {meeting.mine === 'planner' ? null : (
          <Button onPress={onOpen} aria-label={w('open.of', { title })} data-testid="meeting-open">
            {w('open')}
          </Button>
        )}
        <Menu
          look="icon"
          label={w('more', { title })}
          testId="meeting-more"
          entries={[
            { id: 'copy', label: w('copy'), icon: <Copy {...icon} /> },
            { id: 'invitation', label: w('invitation'), icon: <Mail {...icon} /> },
            { id: 'qr', label: w('qr'), icon: <QrCode {...icon} /> },
            ...(meeting.schedule.form === 'always' ? [] : [{ id: 'calendar', label: w('calendar'), icon: <CalendarPlus {...icon} /> }]),
            { id: 'settings', label: w('settings'), icon: <Settings2 {...icon} /> },
            ...(meeting.mine === 'owner' || meeting.mine === 'planner' ? [{ id: 'delete', label: w('delete'), icon: <Trash2 {...icon} />, danger: true }] : []),
          ]}
          onChoose={choose}
        >
          <Ellipsis size={20} aria-hidden="true" />
        </Menu>
      </div>
      <Dialog title={w('invitation')} isOpen={open === 'invitation'} onClose={close} wide testId="invitation">
        <InvitationText id={meeting.id} />
      </Dialog>
      <Dialog title={title} isOpen={open === 'qr'} onClose={close} testId="qr-dialog">
        <Qr text={address} label={w('qr.of', { title })} />
        <p className="break">{address}</p>
      </Dialog>
      <DeleteMeeting meeting={meeting} isOpen={open === 'delete'} onClose={close} onDeleted={onChanged} />
    </li>
  );
}

function whenOf({ schedule, dates, remaining }: MeetingView): string {
  if (schedule.form === 'always') return w('part.always');
  const next = dates[0];
  if (!next) return w('part.over');
  const span = whenText(next);
  return remaining > 1 ? w('when.series', { span, n: remaining - 1 }) : span;
}

export function calendarOf(id: string): string {
  return `/api/meetings/${encodeURIComponent(id)}/calendar?language=${language}`;
}

/** Copies, and says so. Where the browser does not let pages copy it resolves to false. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  say(w('copied'));
  return true;
}
