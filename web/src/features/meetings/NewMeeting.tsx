import { Zap } from 'lucide-react';
import { rest } from '../../api';
import { Button, Heading, PageLink } from '../../ui';
import { RefusalNote, useLoaded, useTask } from '../refusal';
import { iconOf, kinds } from './kinds';
import { w } from './words';
import './meetings.css';

/** In the order that fits what the server is for. */
const load = async () => (await rest('listKinds')).kinds.map(({ kind }) => kind);

/** The five kinds as cards, and one button for who wants to talk at once. */
export function NewMeeting({ hosts, onMeeting }: { /** and not only plans for others */ readonly hosts: boolean; readonly onMeeting: (link: string, created: boolean) => void }) {
  const { value: offered, problem } = useLoaded(load);
  const task = useTask();
  const now = () => void task.run(async () => onMeeting((await rest('makeMeeting', { title: w('now.title'), kind: 'discussion' })).link, true));
  return (
    <section className="stack">
      <div className="row-between">
        <Heading>{w('new')}</Heading>
        {hosts ? (
          <Button look="main" onPress={now} isDisabled={task.busy} data-testid="meet-now">
            <Zap size={18} aria-hidden="true" />
            {w('now')}
          </Button>
        ) : null}
      </div>
      <RefusalNote problem={task.problem} />
      <ul className="kind-cards kind-five">
        {(offered ?? (problem === undefined ? [] : kinds)).map((kind) => (
          <li key={kind}>
            <PageLink className="kind-card" href={`/new/${kind}`} data-testid={`kind-${kind}`}>
              <span className="kind-icon">{iconOf(kind)}</span>
              <span className="kind-name">{w(`kind.${kind}`)}</span>
              <span className="soft small">{w(`kind.${kind}.line`)}</span>
            </PageLink>
          </li>
        ))}
      </ul>
    </section>
  );
}
