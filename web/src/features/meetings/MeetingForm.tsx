import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { faultOf, lengthOf, TITLE_LIMIT, type KindView, type MeetingView, type Schedule, type Settings } from '../../api';
import { t } from '../../i18n';
import { Actions, Button, ChoiceCards, Field } from '../../ui';
import { iconOf, offerOf, type Kind, type Level } from './kinds';
import { Terms } from './Terms';
import { SingleSettings } from './SingleSettings';
import { isOver, scheduleOf, type Times } from './when';
import { WhenFields } from './WhenFields';
import { w } from './words';

/** What the form gives. settings are there only if somebody changed one. */
export interface Wish {
  readonly title: string;
  readonly kind: Kind;
  readonly level: Level;
  readonly schedule: Schedule;
  readonly settings?: Settings;
}

export interface MeetingFormProps {
  readonly kinds: readonly KindView[];
  readonly kind: Kind;
  readonly meeting?: MeetingView;
  readonly times: Times;
  readonly busy: boolean;
  readonly submitLabel: string;
  readonly onSubmit: (wish: Wish) => void;
  /** what went wrong, or more fields: above the button */
  readonly children?: ReactNode;
}

/** Title, time, kind, level and single settings of a meeting that is made or changed. */
export function MeetingForm({ kinds: offers, meeting, busy, submitLabel, onSubmit, children, ...start }: MeetingFormProps) {
  const [title, setTitle] = useState(meeting?.title ?? '');
  const [missing, setMissing] = useState(false);
  const [over, setOver] = useState(false);
  const [times, setTimes] = useState(start.times);
  const [kind, setKind] = useState(start.kind);
  const [chosen, setChosen] = useState<Level | undefined>(meeting?.level);
  const [own, setOwn] = useState<Settings | undefined>(meeting?.settings);
  const field = useRef<HTMLInputElement>(null);
  const view = offers.find((one) => one.kind === kind);
  const level = chosen !== undefined && view?.levels.some((one) => one.level === chosen && one.available) ? chosen : (view?.level ?? 'internal');
  const offer = offerOf(offers, kind, level);
  if (!view || !offer) return null;
  const settings = own ?? offer.settings;
  const fault = faultOf(title, TITLE_LIMIT);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(fault === 'empty');
    if (fault) return field.current?.focus();
    const past = (meeting === undefined || times.date !== start.times.date || times.time !== start.times.time) && isOver(times, new Date());
    setOver(past);
    if (past) return;
    onSubmit({ title: title.trim(), kind, level, schedule: scheduleOf(times), ...(own ? { settings: own } : {}) });
  };
  return (
    <form className="card stack meeting-form" onSubmit={submit}>
      <Field label={w('title')} value={title} onChange={setTitle} error={titleError(title, missing)} placeholder={w(`kind.${kind}.example`)} inputRef={field} testId="meeting-title" />
      <WhenFields times={times} onChange={setTimes} over={over && isOver(times, new Date())} />
      <ChoiceCards
        label={w('kind')}
        choices={offers.map(({ kind: id }) => ({ id, label: w(`kind.${id}`), line: w(`kind.${id}.line`), icon: iconOf(id) }))}
        value={kind}
        onChange={(next) => {
          setKind(next);
          setOwn(undefined);
          setChosen(undefined);
        }}
      />
      <ChoiceCards
        label={w('level')}
        choices={[...view.levels].sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level)).map(({ level: id, available }) => ({
          id,
          label: w(`level.${id}`),
          line: available ? w(`level.${id}.line`) : w('level.missing'),
          disabled: !available,
        }))}
        value={level}
        onChange={(next) => {
          setChosen(next);
          setOwn(undefined);
        }}
      />
      <Terms kind={kind} always={times.form === 'always'} settings={settings} notices={offer.notices} />
      <SingleSettings settings={settings} limits={offer.limits} onChange={setOwn} />
      {children}
      <Actions>
        <Button type="submit" look="main" isDisabled={busy} data-testid="meeting-submit">
          {submitLabel}
        </Button>
      </Actions>
    </form>
  );
}

const levels: readonly Level[] = ['open', 'internal', 'confidential', 'secret'];

function titleError(title: string, missing: boolean): string | undefined {
  const fault = faultOf(title, TITLE_LIMIT);
  if (fault === 'long') return t('field.tooLong', { most: TITLE_LIMIT, n: lengthOf(title) });
  if (fault === 'signs') return t('field.signs', { most: TITLE_LIMIT });
  return missing && fault === 'empty' ? t('start.titleMissing') : undefined;
}
