import type { CallView } from '../../call';
import { t } from '../../i18n';
import { Actions, Button, Dialog } from '../../ui';
import { useValue } from '../../value';

export interface LeaveDialogProps {
  readonly call: CallView;
  /** only the end for all is asked about */
  readonly ending: boolean;
  readonly onClose: () => void;
}

/** For hosts with others in: leaving and ending for all are two things, and the second cannot be undone. */
export function LeaveDialog({ call, ending, onClose }: LeaveDialogProps) {
  const { meeting } = useValue(call.roster);
  return (
    <Dialog title={t(ending ? 'end.title' : 'leave.title')} isOpen dark onClose={onClose} testId="leave-dialog">
      <p className="small">
        {t('end.text')} {ending ? null : goesOnText(meeting)}
      </p>
      <Actions>
        {ending ? null : (
          <Button look="main" onPress={() => call.leave()} data-testid="leave-only">
            {t('leave.only')}
          </Button>
        )}
        <Button look="danger" onPress={() => call.order({ type: 'end' })} data-testid="end-all">
          {t('host.end')}
        </Button>
        <Button look="quiet" onPress={onClose}>
          {t('dialog.cancel')}
        </Button>
      </Actions>
    </Dialog>
  );
}

/** What becomes of the meeting when no host is left in it. */
function goesOnText(meeting: ReturnType<CallView['roster']['get']>['meeting']): string {
  if (!meeting) return '';
  const { hostGone, hostGoneAfter: n } = meeting.settings;
  if (hostGone === 'goes_on') return t('leave.goesOn');
  return t(hostGone === 'lobby' ? 'leave.lobby' : 'leave.ends', { n });
}
