import { DoorClosed, MessageSquare, MoreHorizontal, Pencil, UserPlus, WifiOff } from 'lucide-react';
import { useState } from 'react';
import type { CallView, Roster } from '../../call';
import { clockTime, t } from '../../i18n';
import { ActionMenu, Button, type ActionEntry } from '../../ui';
import { useValue } from '../../value';
import { TellWaiting } from './TellWaiting';
import './lobby.css';

type Person = Roster['waiting'][number];

export interface WaitingListProps {
  readonly call: CallView;
  readonly onRename: (id: string, name: string) => void;
}

/** For hosts: who waits, in the order of coming. A consultation lets one in after another, everything else also all at once. */
export function WaitingList({ call, onRename }: WaitingListProps) {
  const { waiting, may, meeting } = useValue(call.roster);
  const [telling, setTelling] = useState<{ readonly id?: string; readonly name?: string }>();
  if (!may.has('see_waiting') || waiting.length === 0) return null;
  const oneByOne = may.has('call_in');
  const all = !oneByOne && meeting?.settings.lobby !== 'each' && waiting.length > 1;
  return (
    <section className="waiting" aria-label={t('waiting.title')} data-testid="waiting">
      <h3 className="small num">{t('waiting.count', { n: waiting.length })}</h3>
      <ul>
        {waiting.map((person, index) => (
          <Row key={person.id} call={call} person={person} oneByOne={oneByOne} main={oneByOne ? index === 0 : waiting.length === 1} onTell={setTelling} onRename={onRename} />
        ))}
      </ul>
      <div className="waiting-all">
        {all ? (
          <Button look="main" onPress={() => call.order({ type: 'admit', all: true })} data-testid="admit-all">
            {t('waiting.admitAll')}
          </Button>
        ) : null}
        {may.has('message_waiting') ? (
          <Button onPress={() => setTelling({})} data-testid="tell-waiting">
            <MessageSquare size={18} aria-hidden="true" />
            {t('waiting.tellAll')}
          </Button>
        ) : null}
      </div>
      {telling ? (
        <TellWaiting
          name={telling.name}
          onSay={(text) => call.tellWaiting(text, telling.id === undefined ? undefined : [telling.id])}
          onClose={() => setTelling(undefined)}
        />
      ) : null}
    </section>
  );
}

interface RowProps {
  readonly call: CallView;
  readonly person: Person;
  readonly oneByOne: boolean;
  /** what a host most likely does next */
  readonly main: boolean;
  readonly onTell: (to: { readonly id: string; readonly name: string }) => void;
  readonly onRename: (id: string, name: string) => void;
}

function Row({ call, person, oneByOne, main, onTell, onRename }: RowProps) {
  const { id, name } = person;
  const letIn = () => call.order(oneByOne ? { type: 'call_in', id } : { type: 'admit', ids: [id] });
  const together: ActionEntry = { id: 'together', label: t('waiting.together'), icon: UserPlus, onPick: () => call.order({ type: 'call_in', id, together: true }) };
  return (
    <li className="waiting-row" data-testid="waiting-person" data-name={name} data-slot={person.slot}>
      <span className="person-who">
        <span className="person-name">{name}</span>
        <span className="soft small num">
          {person.away ? <WifiOff size={14} aria-label={t('stage.away')} /> : null} {detailsOf(person)}
        </span>
        {person.asked?.map(({ at, text }, index) => (
          <q key={`${at} ${index}`} className="waiting-asked small" data-testid="waiting-asked">
            {text ?? t('chat.encrypted')}
          </q>
        ))}
      </span>
      <Button look={main ? 'main' : 'plain'} onPress={letIn} aria-label={t('action.of', { action: t(oneByOne ? 'waiting.callIn' : 'waiting.admit'), name })} data-testid={oneByOne ? 'call-in' : 'admit'}>
        {t(oneByOne ? 'waiting.callIn' : 'waiting.admit')}
      </Button>
      <ActionMenu
        label={t('person.menu', { name })}
        className="iconbutton"
        beside
        testId="waiting-menu"
        groups={[
          oneByOne ? [together] : [],
          [
            { id: 'tell', label: t('waiting.tell'), icon: MessageSquare, onPick: () => onTell({ id, name }) },
            { id: 'rename', label: t('person.rename'), icon: Pencil, onPick: () => onRename(id, name) },
          ],
          [{ id: 'refuse', label: t('waiting.refuse'), icon: DoorClosed, danger: true, onPick: () => call.order({ type: 'refuse', ids: [id] }) }],
        ]}
      >
        <MoreHorizontal size={18} aria-hidden="true" />
      </ActionMenu>
    </li>
  );
}

/** Which appointment, or guest or signed in; since when. */
function detailsOf({ guest, slotAt, since, why }: Person): string {
  const said = [slotAt ? t('waiting.slot', { time: clockTime(slotAt) }) : t(guest ? 'person.guest' : 'person.signedIn')];
  said.push(t('waiting.since', { time: clockTime(since) }));
  if (why === 'back') said.push(t('waiting.wasIn'));
  return said.map((part) => part.replaceAll(' ', '\u00a0')).join(' · '); // a line ends between them
}
