import type { Me } from '../../api';
import { t } from '../../i18n';
import { PageLink } from '../../ui';
import { Frame } from '../frame';
import { MyMeetings, NewMeeting } from '../meetings';
import { EnterMeeting } from '../start';

export interface HomeProps {
  readonly me: Me;
  readonly onMeeting: (link: string, created: boolean) => void;
}

/** The first page of who is signed in: a new meeting, one's own, and the way into another's. */
export function Home({ me: { may }, onMeeting }: HomeProps) {
  const hosts = may.includes('host_meetings');
  return (
    <Frame>
      <div className="wide home" data-testid="home">
        {hosts || may.includes('plan_for_others') ? <NewMeeting hosts={hosts} onMeeting={onMeeting} /> : null}
        <MyMeetings onMeeting={onMeeting} />
        <EnterMeeting onLink={(link) => onMeeting(link, false)} />
        <p className="home-foot small">
          <PageLink href="/check" data-testid="start-check">
            {t('check.title')}
          </PageLink>
        </p>
      </div>
    </Frame>
  );
}
