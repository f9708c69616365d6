import { useCallback, useEffect, useState } from 'react';
import { rest, type LoginInfo } from '../../api';
import { dayAndTime } from '../../i18n';
import { Badge, Button, Skeleton, Table, say, type Column } from '../../ui';
import { RefusalNote, useTask } from '../refusal';
import { w } from './words';

/** Where the account is signed in, and the way to end that. */
export function Logins() {
  const [logins, setLogins] = useState<readonly LoginInfo[]>();
  const task = useTask();
  const load = useCallback(async () => setLogins((await rest('listMyLogins')).logins), []);
  useEffect(() => {
    void task.run(load);
    // Once, when the page opens; after that whatever changes them loads again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [load]);
  const end = async (work: () => Promise<unknown>) => {
    const done = await task.run(async () => {
      await work();
      await load();
    });
    if (done) say(w('ended'));
  };
  const columns: readonly Column<LoginInfo>[] = [
    { id: 'device', label: w('device'), head: true, cell: (login) => login.device },
    { id: 'used', label: w('used'), cell: (login) => <span className="num">{dayAndTime(login.used)}</span> },
    { id: 'ends', label: w('ends'), cell: (login) => <span className="num">{dayAndTime(login.ends)}</span> },
    {
      id: 'end',
      label: '',
      cell: (login) =>
        login.this ? (
          <Badge look="good">{w('this')}</Badge>
        ) : (
          <Button aria-label={w('endNamed', { device: login.device })} onPress={() => void end(() => rest('endMyLogin', { id: login.id }))}>
            {w('end')}
          </Button>
        ),
    },
  ];
  return (
    <section className="card stack" data-testid="logins">
      <h2>{w('logins')}</h2>
      <p className="soft small">{w('loginsLead')}</p>
      {logins ? <Table label={w('logins')} columns={columns} rows={logins} keyOf={(login) => login.id} /> : <Skeleton />}
      <RefusalNote problem={task.problem} />
      {logins && logins.length > 1 ? (
        <div className="buttons">
          <Button onPress={() => void end(() => rest('endMyOtherLogins'))}>{w('endOthers')}</Button>
        </div>
      ) : null}
    </section>
  );
}
