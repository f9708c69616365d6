import { rest, type Period } from '../../api';
import { dayAndTime } from '../../i18n';
import { Skeleton, Table, type Column } from '../../ui';
import { RefusalNote, useLoaded } from '../refusal';
import { w } from './words';
import { words } from './words.de';

const load = async () => (await rest('listPeriods')).periods;

/** What is deleted when, for those who check. */
export function Periods() {
  const { value: periods, problem } = useLoaded(load);
  return (
    <section className="card stack">
      <h2>{w('periods')}</h2>
      <p className="soft">{w('periodsLead')}</p>
      <RefusalNote problem={problem} />
      {periods ? <Table label={w('periods')} columns={columns} rows={periods} keyOf={({ rule }) => rule} /> : problem === undefined ? <Skeleton lines={6} /> : null}
    </section>
  );
}

function keptFor(hours: number): string {
  if (hours === 0) return w('periodAtOnce');
  return hours % 24 === 0 ? w('periodDays', { n: hours / 24 }) : w('periodHours', { n: hours });
}

const columns: readonly Column<Period>[] = [
  { id: 'rule', label: w('periodRule'), head: true, cell: ({ rule }) => (`rule.${rule}` in words ? w(`rule.${rule}` as keyof typeof words) : rule) },
  { id: 'keep', label: w('periodKeep'), cell: ({ hours }) => keptFor(hours) },
  { id: 'ran', label: w('periodRan'), cell: ({ ran, removed }) => (ran ? w('periodRemoved', { time: dayAndTime(ran), n: removed }) : w('periodNever')) },
];
