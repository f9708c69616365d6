import type { CallView, Ending } from '../../call';
import { day, t, type MessageKey } from '../../i18n';
import { Button, Heading, Page } from '../../ui';
import { useValue } from '../../value';

type Meeting = ReturnType<CallView['roster']['get']>['meeting'];

export interface LeftProps {
  readonly how: Ending;
  readonly title: string;
  readonly call: CallView;
  readonly onRejoin: () => void;
  readonly onHome: () => void;
}

const titles: Readonly<Record<Ending, MessageKey>> = {
  left: 'left.title', ended: 'left.ended', removed: 'left.removed', refused: 'left.refused', companion: 'left.companion', deleted: 'left.deleted',
};

/** After the meeting: how it ended, what is kept of it, and the way back where there is one. */
export function Left({ how, title, call, onRejoin, onHome }: LeftProps) {
  const { meeting, people, crowd, self, person } = useValue(call.roster);
  const device = how === 'left' && self !== person; // a further one: the link that it came by is used up
  const again = how === 'left' && !device;
  return (
    <Page onHome={onHome}>
      <section className="card stack" data-testid="left-page" data-how={how}>
        <p className="soft">{title}</p>
        <Heading>{t(device ? 'left.device' : how === 'left' && !meeting ? 'left.waited' : titles[how])}</Heading>
        {how === 'removed' || how === 'refused' ? <p>{t('left.askHost')}</p> : null}
        {device ? <p>{t('left.deviceGoesOn')}</p> : null}
        {meeting ? <p>{t(contentText(how, meeting, people.length + crowd - 1))}</p> : null}
        <p className="soft">{keptText(how === 'deleted' ? undefined : meeting)}</p>
        {again ? (
          <Button look="main" wide onPress={onRejoin} data-testid="left-rejoin">
            {t('left.rejoin')}
          </Button>
        ) : null}
        <Button look={again ? 'quiet' : 'main'} wide onPress={onHome}>
          {t('app.home')}
        </Button>
      </section>
    </Page>
  );
}

/** What outlives the meeting: its entry. Who never was in knows no more of it. */
function keptText(meeting: Meeting): string {
  if (!meeting) return t('left.keptNothing');
  const { keptUntil, keptDays: n = 0 } = meeting;
  if (keptUntil !== undefined) return t('left.keptUntil', { day: day(keptUntil - 1) }); // to the end of the day before
  return n >= 365 ? t('left.keptYear') : t('left.keptUnused', { n });
}

/** What becomes of chat and files: they may be gone already, or go with who is still in. */
function contentText(how: Ending, meeting: Meeting, others: number): MessageKey {
  if (how === 'ended' || how === 'deleted') return 'left.content';
  if (meeting?.kind === 'consultation') return 'left.contentTalk';
  return others > 0 ? 'left.contentGoesOn' : 'left.contentSoon';
}
