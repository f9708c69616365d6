import { useState } from 'react';
import { rest, type TrailEntry, type TrailVerdict } from '../../api';
import { dayAndTime } from '../../i18n';
import { Button, Note, Skeleton, Table, type Column } from '../../ui';
import { RefusalNote, useLoaded, useTask } from '../refusal';
import { w } from './words';
import { words } from './words.de';

const PAGE = 50;
const load = async () => (await rest('listTrail', { most: PAGE })).entries;

/** The trail: the newest first, older ones on demand, and whether it is as it was written. */
export function TrailList() {
  const { value: first, problem } = useLoaded(load);
  const [older, setOlder] = useState<readonly TrailEntry[]>([]);
  const [whole, setWhole] = useState(false);
  const [verdict, setVerdict] = useState<TrailVerdict>();
  const task = useTask();
  const entries = [...(first ?? []), ...older];
  const last = entries.at(-1)?.seq ?? 0;
  const more = async () => {
    const next = (await rest('listTrail', { most: PAGE, before: last })).entries;
    setOlder([...older, ...next]);
    setWhole(next.length < PAGE);
  };
  return (
    <section className="card stack">
      <div className="row-between">
        <h2>{w('trail')}</h2>
        <Button isDisabled={task.busy} onPress={() => void task.run(async () => setVerdict(await rest('verifyTrail', {})))} data-testid="trail-verify">
          {w('trailVerify')}
        </Button>
      </div>
      <p className="soft">{w('trailLead')}</p>
      <RefusalNote problem={problem ?? task.problem} />
      {verdict ? (
        <Note look={verdict.intact ? 'plain' : 'warn'} alert testId="trail-verdict">
          <p>{verdict.intact ? w('trailIntact', { n: verdict.entries }) : w('trailBroken', { fault: verdict.fault ?? '' })}</p>
          <p className="small num">{verdict.mark}</p>
        </Note>
      ) : null}
      {first ? <Table label={w('trail')} columns={columns} rows={entries} keyOf={({ seq }) => String(seq)} /> : problem === undefined ? <Skeleton lines={6} /> : null}
      {first && first.length === PAGE && !whole ? (
        <div className="buttons">
          <Button isDisabled={task.busy} onPress={() => void task.run(more)}>
            {w('trailMore')}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** The act in words, and beside it what the server noted of it. */
function What({ entry: { act, detail } }: { readonly entry: TrailEntry }) {
  const key = `act.${act}`;
  return (
    <>
      {key in words ? w(key as keyof typeof words) : act}
      {detail ? <span className="trail-detail">{detail.split(', ').map(detailText).join(', ')}</span> : null}
    </>
  );
}

/** What is known is said in words: a role, the change of one, how it came about. Everything else as it stands in the trail. */
export function detailText(detail: string): string {
  const [from, to] = detail.split(' to ');
  if (from !== undefined && to !== undefined) return w('detail.changed', { from: detailText(from), to: detailText(to) });
  const key = [`role.${detail}`, `detail.${detail}`].find((one) => one in words);
  return key ? w(key as keyof typeof words) : detail;
}

const columns: readonly Column<TrailEntry>[] = [
  { id: 'act', label: w('trailAct'), head: true, cell: (entry) => <What entry={entry} /> },
  { id: 'at', label: w('trailAt'), cell: ({ at }) => <span className="num">{dayAndTime(at)}</span> },
  { id: 'who', label: w('trailWho'), cell: ({ actor, actorName }) => actorName ?? (actor === 'command line' ? w('commandLine') : actor === 'setup link' ? w('setupLink') : w('gone')) },
  { id: 'target', label: w('trailTarget'), cell: ({ target, targetName }) => targetName ?? target ?? '' },
];
