import type { CallView, Ending } from '../../call';
import { t, type MessageKey } from '../../i18n';
import { Button, Heading, Page } from '../../ui';
import { useValue } from '../../value';

export interface LeftProps {
  readonly how: Ending;
  readonly title: string;
  readonly call: CallView;
  readonly onRejoin: () => void;
  readonly onHome: () => void;
}

const titles: Readonly<Record<Ending, MessageKey>> = {
  left: 'left.title', ended: 'left.ended', removed: 'left.removed', refused: 'left.refused', companion: 'left.companion',
};

/** After the meeting: how it ended, what is kept of it, and the way back where there is one. */
export function Left({ how, title, call, onRejoin, onHome }: LeftProps) {
  const { meeting, people, crowd } = useValue(call.roster);
  const goesOn = how !== 'ended' && people.length + crowd > 1;
  const again = how === 'left';
  return (
    <Page onHome={onHome}>
      <section className="card stack" data-testid="left-page" data-how={how}>
        <p className="soft">{title}</p>
        <Heading>{t(titles[how])}</Heading>
        {how === 'removed' || how === 'refused' ? <p>{t('left.askHost')}</p> : null}
        {how === 'refused' ? null : <p>{t(goesOn ? 'left.contentGoesOn' : 'left.content')}</p>}
        <p className="soft">{keptText(meeting)}</p>
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
function keptText(meeting: ReturnType<CallView['roster']['get']>['meeting']): string {
  if (!meeting) return t('left.keptNothing');
  const n = meeting.settings.keepDays;
  return n === 0 ? t('left.keptToday') : t('left.kept', { n });
}
