import { rest, type MeetingView } from '../../api';
import { Actions, Button, Dialog, say } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

export interface DeleteMeetingProps {
  readonly meeting: MeetingView;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks before a meeting goes with all its links. */
export function DeleteMeeting({ meeting, isOpen, onClose, onDeleted }: DeleteMeetingProps) {
  const task = useTask();
  const remove = async () => {
    if (!(await task.run(() => rest('deleteMeeting', { id: meeting.id })))) return;
    onClose();
    say(w('deleted'));
    onDeleted();
  };
  return (
    <Dialog title={w('delete.title', { title: meeting.title })} isOpen={isOpen} onClose={onClose} asks testId="delete-meeting">
      <p>{w('delete.lead')}</p>
      <RefusalNote problem={task.problem} />
      <Actions>
        <Button look="danger" onPress={() => void remove()} isDisabled={task.busy} data-testid="delete-confirm">
          {w('delete')}
        </Button>
        <Button onPress={onClose}>{w('cancel')}</Button>
      </Actions>
    </Dialog>
  );
}
