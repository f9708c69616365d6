import { useState } from 'react';
import { me, rest } from '../../api';
import { replacePath } from '../../route';
import { Heading, Select, Skeleton } from '../../ui';
import { useValue } from '../../value';
import { Frame } from '../frame';
import { RefusalNote, useLoaded, useTask } from '../refusal';
import { RefusalReasons } from '../settings';
import type { Kind } from './kinds';
import { MeetingForm, type Wish } from './MeetingForm';
import { firstTimes } from './when';
import { w } from './words';
import './meetings.css';

/** Reception makes meetings for hosts: it chooses whose it is. */
const load = async () => {
  const plans = me.get()?.may.includes('plan_for_others') === true;
  const [{ kinds }, { hosts }] = await Promise.all([rest('listKinds'), plans ? rest('listHosts') : { hosts: [] }]);
  return { kinds, hosts };
};

/** A new meeting of one kind. */
export function MakePage({ kind }: { readonly kind: Kind }) {
  const { value, problem } = useLoaded(load);
  const [owner, setOwner] = useState('');
  const own = useValue(me)?.may.includes('host_meetings') === true;
  const task = useTask();
  const make = (wish: Wish) =>
    void task.run(async () => {
      const whose = owner === '' && !own ? value?.hosts[0]?.id : owner;
      const made = await rest('makeMeeting', { ...wish, ...(whose ? { owner: whose } : {}) });
      replacePath(`/meeting/${made.meeting?.id ?? ''}`);
    });
  return (
    <Frame>
      <div className="wide" data-testid="make-page">
        <Heading>{w('new')}</Heading>
        <RefusalNote problem={problem} />
        {value ? (
          <MeetingForm kinds={value.kinds} kind={kind} times={firstTimes(new Date())} busy={task.busy} submitLabel={w('make')} onSubmit={make}>
            {value.hosts.length > 0 ? (
              <Select label={w('owner')} options={[...(own ? [{ id: '', label: w('owner.me') }] : []), ...value.hosts.map(({ id, name }) => ({ id, label: name }))]} value={owner || (own ? '' : (value.hosts[0]?.id ?? ''))} onChange={setOwner} />
            ) : null}
            <RefusalReasons problem={task.problem} />
          </MeetingForm>
        ) : problem === undefined ? (
          <Skeleton lines={8} />
        ) : null}
      </div>
    </Frame>
  );
}
