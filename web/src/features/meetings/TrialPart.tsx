import { FlaskConical } from 'lucide-react';
import { rest, type MeetingView } from '../../api';
import { Button } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

/** A trial run alone: the meeting as it will be, to which nobody else gets in. */
export function TrialPart({ meeting: { id, title }, onMeeting }: { readonly meeting: MeetingView; readonly onMeeting: (link: string, created: boolean) => void }) {
  const task = useTask();
  const begin = () => task.run(async () => onMeeting((await rest('tryMeeting', { id, title: trialTitle(title) })).link, false));
  return (
    <section className="card stack" data-testid="trial-part">
      <h2>{w('trial')}</h2>
      <p className="soft">{w('trial.lead')}</p>
      <RefusalNote problem={task.problem} />
      <div className="buttons">
        <Button onPress={() => void begin()} isDisabled={task.busy} data-testid="trial">
          <FlaskConical size={18} aria-hidden="true" />
          {w('trial.do')}
        </Button>
      </div>
    </section>
  );
}

/** What the trial is called: never longer than a title may be. */
function trialTitle(title: string): string {
  return [...w('trial.title', { title })].slice(0, 120).join('').trim();
}
