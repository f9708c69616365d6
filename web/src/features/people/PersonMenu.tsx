import { CameraOff, Crown, DoorOpen, Eye, Hand, HelpingHand, MessageSquare, Mic, MicOff, MonitorX, MoreHorizontal, Pencil, Presentation, Speech, UserMinus, UserRound, UsersRound, Video, type LucideIcon } from 'lucide-react';
import type { CallView, Roster } from '../../call';
import { t, type MessageKey } from '../../i18n';
import { ActionMenu } from '../../ui';
import { useValue } from '../../value';
import { actionsOn, orderOf, type PersonAction, type Sending } from './actions';

const icons: Readonly<Record<PersonAction, LucideIcon>> = {
  write: MessageSquare, mute: MicOff, ask_mic: Mic, ask_cam: Video, stop_camera: CameraOff, stop_share: MonitorX,
  give_floor: Speech, take_floor: HelpingHand, lower_hand: Hand,
  make_host: UsersRound, make_presenter: Presentation, make_participant: UserRound, make_viewer: Eye, hand_over: Crown,
  rename: Pencil, to_lobby: DoorOpen, remove: UserMinus,
};

const labels: Readonly<Record<PersonAction, MessageKey>> = {
  write: 'person.write', mute: 'person.mute', ask_mic: 'person.askMic', ask_cam: 'person.askCam', stop_camera: 'person.stopCamera', stop_share: 'person.stopShare',
  give_floor: 'person.giveFloor', take_floor: 'person.takeFloor', lower_hand: 'person.lowerHand',
  make_host: 'person.makeHost', make_presenter: 'person.makePresenter', make_participant: 'person.makeParticipant', make_viewer: 'person.makeViewer', hand_over: 'person.handOver',
  rename: 'person.rename', to_lobby: 'person.toLobby', remove: 'person.remove',
};

/** What a person is asked before it is done. */
export type Question = 'rename' | 'remove' | 'hand_over';

export interface PersonMenuProps {
  readonly call: CallView;
  readonly person: Roster['people'][number];
  readonly sending: Sending;
  readonly onWrite: (id: string) => void;
  readonly onAsk: (question: Question, id: string) => void;
}

/** Everything that may be done about one person; nothing, no button. */
export function PersonMenu({ call, person, sending, onWrite, onAsk }: PersonMenuProps) {
  const roster = useValue(call.roster);
  const groups = actionsOn(roster, person, sending);
  if (groups.length === 0) return null;
  const act = (action: PersonAction) => {
    const order = orderOf(action, person.id);
    if (order) call.order(order);
    else if (action === 'write') onWrite(person.id);
    else if (action === 'rename' || action === 'remove' || action === 'hand_over') onAsk(action, person.id);
  };
  const self = person.id === roster.person;
  return (
    <ActionMenu
      label={t('person.menu', { name: person.name })}
      className="iconbutton"
      beside
      testId="person-menu"
      groups={groups.map((group) =>
        group.map((action) => ({
          id: action,
          label: t(self && action === 'rename' ? 'person.renameSelf' : labels[action]),
          icon: icons[action],
          danger: action === 'remove',
          onPick: () => act(action),
        })),
      )}
    >
      <MoreHorizontal size={18} aria-hidden="true" />
    </ActionMenu>
  );
}
