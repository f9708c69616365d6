import { GraduationCap, Landmark, MessagesSquare, Presentation, UserRoundCheck } from 'lucide-react';
import { useRef, useState, type FormEvent } from 'react';
import { rest, type MeetingView } from '../../api';
import { Button, ChoiceCards, Field } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

type Kind = MeetingView['kind'];

const icons = { discussion: MessagesSquare, class: GraduationCap, consultation: UserRoundCheck, talk: Presentation, council: Landmark } as const satisfies Record<Kind, unknown>;
const kinds = Object.keys(icons) as readonly Kind[];

/** A meeting by one choice: its kind sets everything else. */
export function MakeMeeting({ onMade }: { readonly onMade: (link: string) => void }) {
  const [kind, setKind] = useState<Kind>('discussion');
  const [title, setTitle] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(title.trim() === '');
    if (title.trim() === '') return field.current?.focus();
    void task.run(async () => onMade((await rest('makeMeeting', { title: title.trim(), kind })).link));
  };
  const choices = kinds.map((id) => {
    const Icon = icons[id];
    return { id, label: w(`kind.${id}`), line: w(`line.${id}`), icon: <Icon size={22} aria-hidden="true" /> };
  });
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>{w('make')}</h2>
      <ChoiceCards label={w('kind')} choices={choices} value={kind} onChange={setKind} />
      <div className="home-row">
        <Field label={w('title')} value={title} onChange={setTitle} error={missing && title.trim() === '' ? w('titleMissing') : undefined} inputRef={field} testId="home-title" />
        <Button type="submit" look="main" isDisabled={task.busy} data-testid="home-create">
          {w('create')}
        </Button>
      </div>
      <RefusalNote problem={task.problem} />
    </form>
  );
}
