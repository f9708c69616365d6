import { DoorOpen } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import { Button } from '../../ui';
import { useValue } from '../../value';
import { chime } from './chime';
import './lobby.css';

export interface KnockBannerProps {
  readonly call: CallView;
  /** the list of people is open: there stands the same */
  readonly listed: boolean;
  readonly onList: () => void;
}

/** Tells hosts that somebody waits, wherever they look, and lets one or all in. */
export function KnockBanner({ call, listed, onList }: KnockBannerProps) {
  const { waiting, may, meeting, self, person } = useValue(call.roster);
  useArrivals(waiting.map(({ id }) => id), meeting?.settings.arrivals === 'sound' && self === person); // a further device is silent
  const [first] = waiting;
  if (!first || listed || !may.has('see_waiting')) return null;
  const alone = waiting.length === 1;
  const oneByOne = may.has('call_in');
  const letIn = () => call.order(oneByOne ? { type: 'call_in', id: first.id } : alone ? { type: 'admit', ids: [first.id] } : { type: 'admit', all: true });
  const all = !alone && !oneByOne;
  return (
    <div className="banner banner-knock" role="status" data-testid="knock">
      <DoorOpen size={20} aria-hidden="true" />
      <p>{alone ? t('knock.one', { name: first.name }) : t('knock.many', { n: waiting.length })}</p>
      {meeting?.held || (all && meeting?.settings.lobby === 'each') ? null : (
        <Button look="main" onPress={letIn} data-testid="knock-admit">
          {t(oneByOne ? 'waiting.callNext' : all ? 'waiting.admitAll' : 'waiting.admit')}
        </Button>
      )}
      <Button onPress={onList} data-testid="knock-list">
        {t('knock.list')}
      </Button>
    </div>
  );
}

/** A quiet sound when somebody new waits: once for those who come together, and none for who was there before. */
function useArrivals(ids: readonly string[], sound: boolean): void {
  const known = useRef<ReadonlySet<string>>(new Set());
  const all = ids.join(' ');
  useEffect(() => {
    const now = new Set(all === '' ? [] : all.split(' '));
    const somebodyNew = [...now].some((id) => !known.current.has(id));
    known.current = now;
    if (somebodyNew && sound) chime();
  }, [all, sound]);
}
